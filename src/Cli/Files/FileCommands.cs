using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Files;

internal static class FileCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("file", "Files of a tenant, which its agents read as resources.", List(shell), Send(shell), Fetch(shell), Delete(shell));

    private static Command List(CommandShell shell)
    {
        var folder = Options.Text("--folder", "Only files below it, such as public/reports.");
        return shell.OfTenant("list", "Files that you may read, by path.", [folder, shell.Limit], run => run.ListAsync(
            Route.Owned($"resources/files").With(("folder", run.Get(folder))), "path mimeType size modifiedAt version isServed"));
    }

    private static Command Send(CommandShell shell)
    {
        var file = Options.Name("file", "To send; - for standard input.");
        var path = Options.Name("path", "Where it goes, such as public/report.md.");
        var replace = Options.Switch("--replace", "Also where there is one; the version that is there now, no other.");
        return shell.OfTenant("upload", "Send a file. It is there as a whole, or not at all.", [file, path, replace], async run =>
        {
            var route = Of(run.Get(path));
            string? version = null;
            if (run.Get(replace))
            {
                var before = await run.SendAsync(HttpMethod.Head, route);
                if (before.Refusal is { Exit: not ExitCode.NotFound } refused)
                {
                    return await run.Printer.RefuseAsync(refused);
                }

                version = before.Version;
            }

            return await run.ShowAsync(Upload.FromAsync(run, run.Get(file), null, route, request => request with { IfNew = version is null, IfMatch = version }));
        });
    }

    private static Command Fetch(CommandShell shell)
    {
        var path = Options.Name("path", "Of the file.");
        var file = Options.MaybeName("file", "New file for it; its own name in this folder when absent, - for standard output.");
        return shell.OfTenant("download", "Fetch a file. It is there as a whole, or not at all; nothing is overwritten.", [path, file], async run =>
        {
            var refused = await Download.ToAsync(run, run.Maybe(file) ?? run.Get(path).Split('/')[^1], HttpMethod.Get, Of(run.Get(path)));
            return refused is null ? ExitCode.Done : await run.Printer.RefuseAsync(refused);
        });
    }

    private static Command Delete(CommandShell shell)
    {
        var path = Options.Name("path", "Of the file.");
        return shell.OfTenant("delete", "Delete a file.", [path], async run =>
        {
            var route = Of(run.Get(path));
            var before = await run.SendAsync(HttpMethod.Head, route);
            return await run.ShowAsync(before.Refusal is not null ? before : await run.SendAsync(HttpMethod.Delete, route, request => request with { IfMatch = before.Version }), "Deleted.");
        });
    }

    private static Route Of(string path)
    {
        var segments = new Route.Raw(Route.Segments(path));
        return Route.Owned($"resources/files/{segments}");
    }
}
