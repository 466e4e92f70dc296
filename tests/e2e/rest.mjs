// A program that uses the REST half as a page does: cookie, origin, CSRF token.
export class Rest {
  static async signIn(url, login, password) {
    const rest = new Rest(url);
    const answer = await fetch(`${url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url },
      body: JSON.stringify({ login, password }),
    });
    if (answer.status !== 204) throw new Error(`sign-in as ${login}: ${answer.status} ${await answer.text()}`);
    rest.cookie_ = answer.headers.get("set-cookie").split(";", 1)[0];
    rest.csrf_ = (await rest.get("/api/v1/session")).csrf;
    return rest;
  }

  constructor(url) {
    this.url = url;
    this.csrf_ = "";
  }

  async request(method, path, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { cookie: this.cookie_, origin: this.url, "x-csrf-token": this.csrf_, ...(body ? { "content-type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text && JSON.parse(text) };
  }

  async get(path) {
    const { status, body } = await this.request("GET", path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}
