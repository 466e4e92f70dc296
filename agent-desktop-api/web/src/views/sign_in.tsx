import { useSignal } from '@preact/signals';
import { Preferences } from '../components/header';
import { t } from '../i18n';
import { session, sign_in } from '../session';
import { problem_word } from '../words';
import { Icon } from '../components/icon';
import { use_title } from './title';

export function SignInPage() {
  const login = useSignal('');
  const password = useSignal('');
  const busy = useSignal(false);
  const trouble = useSignal('');
  use_title(t('sign_in'));
  const now = session.value;
  const why = trouble.value
    || (now.state === 'out' && now.expired ? t('sign_in.expired') : '')
    || (now.state === 'out' && now.problem && now.problem.status !== 401 ? problem_word(now.problem) : '');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    if (!login.value.trim() || !password.value) {
      trouble.value = t('sign_in.both');
      return;
    }
    busy.value = true;
    trouble.value = '';
    const problem = await sign_in(login.value.trim(), password.value);
    busy.value = false;
    if (!problem) return;
    password.value = '';
    trouble.value = problem.status === 401 ? t('problem.bad_login') : problem_word(problem);
  };
  return (
    <main class="sign-in" data-view="sign-in">
      <form class="pan" onSubmit={submit} noValidate>
        <h1 class="t22 b6">{t('app')}</h1>
        <label class="stk"><span class="t12 m">{t('sign_in.login')}</span>
          <span class="field v"><input data-testid="login" name="login" type="text" autocomplete="username" autocapitalize="none" spellcheck={false} value={login.value} onInput={(event) => { login.value = event.currentTarget.value; }} /></span></label>
        <label class="stk"><span class="t12 m">{t('sign_in.password')}</span>
          <span class="field v"><input data-testid="password" name="password" type="password" autocomplete="current-password" value={password.value} onInput={(event) => { password.value = event.currentTarget.value; }} /></span></label>
        <p class="problem-line" role="alert" data-testid="sign-in-problem">{why ? <><Icon name="warn" /><span>{why}</span></> : null}</p>
        <button type="submit" class="btn lg pri" data-testid="sign-in" disabled={busy.value}>{busy.value ? t('sign_in.busy') : t('sign_in')}</button>
      </form>
      <div class="pan prefs"><Preferences /></div>
    </main>
  );
}
