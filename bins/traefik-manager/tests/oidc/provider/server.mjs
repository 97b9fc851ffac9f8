// A real identity provider for the tests: one client, and whoever signs in is that account.
import { Provider } from "oidc-provider";

const { PORT, REDIRECT_URI, CLIENT_ID, CLIENT_SECRET, CLIENT_AUTH } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    redirect_uris: [REDIRECT_URI],
    response_types: ["code"],
    grant_types: ["authorization_code"],
    token_endpoint_auth_method: CLIENT_AUTH,
  }],
  clientAuthMethods: [CLIENT_AUTH],
  claims: { email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
  scopes: ["openid", "email", "profile", "groups"],
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: id,
      email: `${id}@example.com`,
      email_verified: id !== "unverified",
      groups: id === "stranger" ? ["users"] : ["traefik-admins", "users"],
    }),
  }),
});

provider.listen(Number(PORT), "127.0.0.1", () => console.log("listening"));
