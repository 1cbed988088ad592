using System.CommandLine;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.OAuth;

internal static class OAuthClientCommands
{
    private const string Confidential = "confidential";

    public static Command Create(CommandShell shell) => CommandShell.Group("oauth-client", "Clients of a tenant's authorization server.", List(shell), Show(shell), Add(shell), Update(shell), Rotate(shell), Delete(shell));

    private static Command List(CommandShell shell) =>
        shell.OfTenant("list", "Clients.", [shell.Limit], run => run.ListAsync(Route.Owned($"oauth-clients"), "id name kind principal scopes redirectUris fromMetadata createdAt"));

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("show", "A client, without its secret.", [id], run => run.ShowAsync(run.GetAsync(Route.Owned($"oauth-clients/{run.Get(id)}"))));
    }

    private static Command Add(CommandShell shell)
    {
        var name = Options.Name("name", "For people, who see it when they consent; 1 to 100 characters.");
        var kind = Options.Choice("--kind", $"Whether it can keep a secret; {Confidential} when absent", Confidential, "public");
        var redirects = Options.Many("--redirect-uri", "Where people are sent back to, exactly; at most 10. http://127.0.0.1/… without a port takes any port.");
        var principal = Options.Text("--principal", "The service that it is when it asks for itself (client credentials), svc_….");
        var scopes = Options.Many("--scope", "A permission that it may ask for, such as tools:call; at most 32.");
        var byDefault = Options.Switch("--default-resource", "Requests without 'resource' mean the tenant's endpoint, for programs that cannot send one.");
        var keys = Options.Text("--jwks-file", "Its public keys as a JWK set: it proves itself by private_key_jwt, and gets no secret.");
        return shell.OfTenant("create", "Register a client. Its secret, where it has one, goes to a new file of mode 0600, or is shown once to a terminal.", [name, kind, redirects, principal, scopes, byDefault, keys, shell.OutputFile], async run =>
        {
            string? jwks = null;
            if (run.Get(keys) is { } file && !(await GivenFile.TextAsync(file, run.Terminal.OpenInput, run.Cancel)).Try(out jwks, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var what = run.Get(kind) ?? Confidential;
            Task<Reply> MakeAsync() => run.PostAsync(Route.Owned($"oauth-clients"), Body.Of(
                ("name", run.Get(name)), ("kind", what), ("redirectUris", Body.Array(run.Get(redirects)) ?? []), ("principal", run.Get(principal)), ("scopes", Body.Array(run.Get(scopes))),
                ("defaultResource", Body.True(run.Get(byDefault))), ("jwks", jwks)));
            return what == Confidential && jwks is null ? await SecretSink.RevealAsync(run, run.Get(shell.OutputFile), MakeAsync) : await run.ShowAsync(MakeAsync());
        });
    }

    private static Command Update(CommandShell shell)
    {
        var id = Id();
        var name = Options.Text("--name", "For people, who see it when they consent; 1 to 100 characters.");
        var redirects = Options.Many("--redirect-uri", "Where people are sent back to, exactly; these replace all that it has.");
        return shell.OfTenant("update", "Change the name or the redirect URIs of a client. Its secret and its tokens stay.", [id, name, redirects], async run =>
            Body.Of(("name", run.Get(name)), ("redirectUris", Body.Array(run.Get(redirects)))) is { Count: > 0 } patch
                ? await run.ShowAsync(run.PatchAsync(Route.Owned($"oauth-clients/{run.Get(id)}"), patch))
                : await run.Printer.RefuseAsync(Refusal.Usage("Name what changes: --name, --redirect-uri.")));
    }

    private static Command Rotate(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("rotate-secret", "Give a client a new secret, which is told once; the old one opens nothing from now on.", [id, shell.OutputFile], run =>
            SecretSink.RevealAsync(run, run.Get(shell.OutputFile), () => run.PostAsync(Route.Owned($"oauth-clients/{run.Get(id)}:rotateSecret"))));
    }

    private static Command Delete(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("delete", "Delete a client and end all that it was given.", [id], run => run.ShowAsync(run.SendAsync(HttpMethod.Delete, Route.Owned($"oauth-clients/{run.Get(id)}")), "Deleted."));
    }

    private static Argument<string> Id() => Options.Name("id", "Of the client; of one that describes itself, its URL.");
}
