using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Resources;

internal static class ResourceCommands
{
    private const string PlainText = "text/plain";

    public static Command Create(CommandShell shell) => CommandShell.Group("resource", "Memory resources of a tenant: values that end by themselves.",
        List(shell), Read(shell), Put(shell), Extend(shell), Expire(shell), Delete(shell), Usage(shell));

    private static Command List(CommandShell shell)
    {
        var prefix = Options.Text("--prefix", "Only keys that begin so.");
        return shell.OfTenant("list", "Memory resources that you may read, by key.", [prefix, shell.Limit], run => run.ListAsync(
            Route.Owned($"resources/memory").With(("prefix", run.Get(prefix))), "key mimeType size priority updatedAt expiresAt version"));
    }

    private static Command Read(CommandShell shell)
    {
        var key = Key();
        var file = Options.MaybeName("file", "New file for the value; standard output when absent, where a terminal is shown text alone.");
        return shell.OfTenant("get", "A value, as it is.", [key, file], async run =>
        {
            var refused = await Download.ToAsync(run, run.Maybe(file) ?? "-", HttpMethod.Get, Of(run.Get(key)), shownAsText: true);
            return refused is null ? ExitCode.Done : await run.Printer.RefuseAsync(refused);
        });
    }

    private static Command Put(CommandShell shell)
    {
        var key = Key();
        var file = Options.Name("file", "With the value; - for standard input.");
        var type = Options.Text("--type", "Media type; text/plain when absent.");
        var ttl = Options.Text("--ttl", "How long it lives, such as 90s, 2h or 30d; an hour when absent.");
        var priority = Options.Decimal("--priority", "0 to 1, for agents.");
        var isNew = Options.Switch("--new", "Only where there is none.");
        return shell.OfTenant("put", "Write a value.", [key, file, type, ttl, priority, isNew], async run =>
        {
            if (!Seconds(run.Get(ttl)).Try(out var seconds, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var route = Of(run.Get(key)).With(("ttlSeconds", seconds?.ToString(CultureInfo.InvariantCulture)), ("priority", run.Get(priority)?.ToString(CultureInfo.InvariantCulture)));
            return await run.ShowAsync(Upload.FromAsync(run, run.Get(file), run.Get(type) ?? PlainText, route, request => request with { IfNew = run.Get(isNew) }));
        });
    }

    private static Command Extend(CommandShell shell)
    {
        var key = Key();
        var ttl = Options.Text("--ttl", "From now on, such as 2h; as long as before when absent.");
        return shell.OfTenant("extend", "Let a value live longer.", [key, ttl], async run =>
            Seconds(run.Get(ttl)).Try(out var seconds, out var refused)
                ? await run.ShowAsync(run.PostAsync(Route.Owned($"resources/memory/{run.Get(key)}:extend"), Body.Of(("ttlSeconds", seconds))))
                : await run.Printer.RefuseAsync(refused));
    }

    private static Command Expire(CommandShell shell)
    {
        var key = Key();
        return shell.OfTenant("expire", "Let a value end now, as if its time were over: subscribers hear of it.", [key], run => run.ShowAsync(run.PostAsync(Route.Owned($"resources/memory/{run.Get(key)}:expire")), "Expired."));
    }

    private static Command Delete(CommandShell shell)
    {
        var key = Key();
        return shell.OfTenant("delete", "Delete a value.", [key], run => run.ShowAsync(run.SendAsync(HttpMethod.Delete, Of(run.Get(key))), "Deleted."));
    }

    private static Command Usage(CommandShell shell) => shell.OfTenant("usage", "How much of the quotas of memory and files is used.", [], async run =>
    {
        var (memory, files) = (await run.GetAsync(Route.Owned($"resources/memory:usage")), await run.GetAsync(Route.Owned($"resources/files:usage")));
        if ((memory.Refusal ?? files.Refusal) is { } refused)
        {
            return await run.Printer.RefuseAsync(refused);
        }

        var rows = new JsonArray(Row("memory", memory.Body, "countLimit"), Row("files", files.Body, "maxCount"));
        await run.Printer.ListAsync(rows, "of bytes limit count countLimit");
        return ExitCode.Done;
    });

    private static JsonObject Row(string of, JsonNode? usage, string countLimit) =>
        Body.Of(("of", of), ("bytes", usage?["bytes"]?.DeepClone()), ("limit", usage?["limit"]?.DeepClone()), ("count", usage?["count"]?.DeepClone()), ("countLimit", usage?[countLimit]?.DeepClone()));

    private static Outcome<long?> Seconds(string? ttl) => ttl is null ? default(long?) : Span.Read(ttl).Try(out var span, out var refused) ? (long?)(long)span.TotalSeconds : refused;

    private static Route Of(string key) => Route.Owned($"resources/memory/{key}");

    private static Argument<string> Key() => Options.Name("key", "Of the resource, as in memory://KEY.");
}
