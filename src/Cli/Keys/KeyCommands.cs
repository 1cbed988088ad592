using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Keys;

internal static class KeyCommands
{
    private static readonly string[] Presets = ["30d", "90d", "180d", "1y", "never"];

    public static Command Create(CommandShell shell) => CommandShell.Group("key", "API keys of a tenant, or the platform's own management keys (--platform).", List(shell), Issue(shell), Show(shell), Rotate(shell), Revoke(shell), KeyPolicyCommands.Show(shell), KeyPolicyCommands.Set(shell));

    private static Command List(CommandShell shell)
    {
        var status = Options.Choice("--status", "Only keys that are", "active", "expired", "revoked");
        var kind = Options.Choice("--kind", "Only keys of this kind", "mcp", "management");
        var principal = Options.Text("--principal", "Only keys of this principal.");
        var name = Options.Text("--name", "Only keys with this in their name.");
        var before = Options.Text("--expires-before", "Only keys that end before this moment, such as 2026-12-24 or 2026-12-24T18:00:00Z.");
        var order = Options.Choice("--order", "By the time they were made", "newest", "oldest");
        return shell.OfOwner("list", "Keys, newest first.", [status, kind, principal, name, before, order, shell.Limit], run => run.ListAsync(
            Keys().With(("status", run.Get(status)), ("kind", run.Get(kind)), ("principal", run.Get(principal)), ("name", run.Get(name)), ("expiresBefore", run.Get(before)), ("orderBy", run.Get(order) == "oldest" ? "createdAt" : null)), "id name kind status principal roles expiresAt lastUsedAt"));
    }

    private static Command Issue(CommandShell shell)
    {
        var name = Options.Name("name", "For people.");
        var roles = Options.Many("--role", "A role of the new service that the key is for.");
        var principal = Options.Text("--principal", "A service that exists, in place of --role.");
        var kind = Options.Choice("--kind", "What it opens: the tenant's endpoint (the default), or its management", "mcp", "management");
        var expires = Options.Text("--expires-in", "How long it lives: 30d, 90d, 180d, 1y, never, or any other length such as 12h or 7d.");
        expires.CompletionSources.Add(Presets);
        var scopes = Options.Many("--scope", "A permission that it is narrowed to.");
        var addresses = Options.Many("--address", "An address or network that it may be used from.");
        return shell.OfOwner("create", "Issue a key. Its secret goes to a new file of mode 0600, or is shown once to a terminal.", [name, roles, principal, kind, expires, scopes, addresses, shell.OutputFile], async run =>
            Life(run, run.Get(expires)).Try(out var life, out var refused)
                ? await SecretSink.RevealAsync(run, run.Get(shell.OutputFile), () => run.PostAsync(Keys(), Body.Of(
                    ("name", run.Get(name)), ("roles", Body.Array(run.Get(roles))), ("principal", run.Get(principal)), ("kind", run.Get(kind)), ("expiresIn", life.Preset), ("expiresAt", life.End),
                    ("scopes", Body.Array(run.Get(scopes))), ("allowedAddresses", Body.Array(run.Get(addresses))))))
                : await run.Printer.RefuseAsync(refused));
    }

    /// <summary>The server knows these by name; another length becomes a moment.</summary>
    private static Outcome<(string? Preset, string? End)> Life(Run run, string? typed) =>
        typed is null || Presets.Contains(typed, StringComparer.Ordinal) ? (typed, null)
        : Span.Read(typed).Try(out var span, out var refused) ? (null, (run.Terminal.Clock.GetUtcNow() + span).ToString("O", CultureInfo.InvariantCulture))
        : refused;

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.OfOwner("show", "A key, without its secret.", [id], run => run.ShowAsync(run.GetAsync(Of($"/{run.Get(id)}"))));
    }

    private static Command Rotate(CommandShell shell)
    {
        var id = Id();
        var overlap = Options.Number("--overlap", "Seconds for which the old one goes on working, 0 to 604800; an hour when absent.");
        return shell.OfOwner("rotate", "Issue the key that follows one.", [id, overlap, shell.OutputFile], run =>
            SecretSink.RevealAsync(run, run.Get(shell.OutputFile), () => run.PostAsync(Of($"/{run.Get(id)}:rotate"), Body.Of(("overlapSeconds", run.Get(overlap) ?? 3600)))));
    }

    private static Command Revoke(CommandShell shell)
    {
        var ids = Options.Names("id", "Of the keys.");
        return shell.OfOwner("revoke", "End keys, for good and within 5 s everywhere.", [ids], async run =>
        {
            if (run.Get(ids) is [var one])
            {
                return await run.ShowAsync(run.PostAsync(Of($"/{one}:revoke")));
            }

            var reply = await run.PostAsync(Of($":batchRevoke"), Body.Of(("ids", Body.Array(run.Get(ids)))));
            var items = reply.Body?["items"] as JsonArray ?? [];
            if (reply.Refusal is not null)
            {
                return await run.ShowAsync(reply);
            }

            await run.Printer.ListAsync(items, "id key.status code");
            return items.Any(item => item?["code"] is not null) ? ExitCode.Refused : ExitCode.Done;
        });
    }

    private static Route Keys() => Of($"");

    private static Route Of(FormattableString below)
    {
        // The platform's own are elsewhere, with the same routes.
        var rest = new Route.Raw(Route.Of(below).Path);
        return Route.Owned($"keys{rest}", $"management-keys{rest}");
    }

    private static Argument<string> Id() => Options.Name("id", "Of the key: 8 characters, not its secret.");
}
