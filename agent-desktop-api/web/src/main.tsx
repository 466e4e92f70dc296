import { effect } from '@preact/signals';
import { render } from 'preact';
import { KeysHelp } from './components/keys_help';
import { start_clock } from './clock';
import { t } from './i18n';
import { start_keys } from './keys';
import { flush_all } from './notes';
import { start_prefs } from './prefs';
import { go, route, start_router } from './router';
import { is_supervisor, session, start_session } from './session';
import { connect, connection } from './socket';
import { start_customers } from './stores/customers';
import { start_sound } from './sound';
import { offers } from './stores/desk';
import { FloorHeader, DeskHeader } from './components/header';
import { ContactPage } from './views/contact';
import { ContactsPage } from './views/contacts';
import { Desk } from './views/desk';
import { LivePage } from './views/live';
import { SignInPage } from './views/sign_in';
import { WhyPage } from './views/why';
import type { User } from './wire';

function App() {
  const now = session.value;
  if (now.state === 'unknown') return <main class="sign-in"><p class="m">{t('conn.connecting')}</p></main>;
  if (now.state === 'out') return <SignInPage />;
  return <><View user={now.user} /><KeysHelp /></>;
}

function View({ user }: { user: User }) {
  const here = route.value;
  const floor = is_supervisor(user);
  if (connection.value === 'replaced' || connection.value === 'forbidden') return <Elsewhere user={user} />;
  if (floor && (here.view !== 'desk' || !user.agent)) {
    const view = here.view === 'desk' ? 'live' : here.view;
    return (
      <div class="page" data-view={view}>
        <FloorHeader user={user} here={view} />
        {here.view === 'contacts' ? <ContactsPage /> : here.view === 'contact' ? <ContactPage contact={here.contact} key={here.contact} />
          : here.view === 'why' ? <WhyPage contact={here.contact} decision={here.decision} key={`${here.contact}/${here.decision}`} /> : <LivePage />}
      </div>
    );
  }
  return <Desk user={user} />;
}

/** Another tab took over, or the server will not have this one: nothing here would be true, so nothing is shown. */
function Elsewhere({ user }: { user: User }) {
  const replaced = connection.value === 'replaced';
  return (
    <div class="page">
      <DeskHeader user={user} />
      <main class="elsewhere"><h1 class="t22 b6">{replaced ? t('elsewhere.title') : t('forbidden.title')}</h1><p class="m">{replaced ? t('elsewhere.text') : t('forbidden.text')}</p>
        {replaced ? <button type="button" class="btn pri" data-testid="use-here" onClick={connect}>{t('elsewhere.here')}</button> : null}</main>
    </div>
  );
}

start_prefs();
start_clock();
start_router();
start_keys();
start_customers();
start_session();
start_sound();
effect(() => { if (offers.value && route.peek().view !== 'desk') go('desk'); }); // the pop is the desk, whatever a supervisor who takes calls looks at
addEventListener('pagehide', flush_all);
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') flush_all(); });
render(<App />, document.getElementById('app')!);
