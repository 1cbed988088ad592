using System.Text.Json.Nodes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Tenants;

/// <summary>What a deletion began: for people the operation without its steps, and a sentence to a line; whole in every other format.</summary>
internal static class StartedDeletion
{
    private static readonly string[] Members = ["id", "kind", "state", "target", "startsAt"];

    public static async Task<int> ShowAsync(Run run, Task<Reply> asked)
    {
        var reply = await asked;
        if (!run.Printer.IsTable || reply.Body?["operation"] is not JsonObject operation)
        {
            return await run.ShowAsync(reply);
        }

        var shown = new JsonObject(Members.Select(name => KeyValuePair.Create(name, operation[name]?.DeepClone())));
        shown["purgeAt"] = reply.Body["purgeAt"]?.DeepClone();
        await run.Printer.ShowAsync(shown);
        foreach (var sentence in reply.Body["consequences"] as JsonArray ?? [])
        {
            await run.Printer.WriteAsync(Cell.Of(sentence) + "\n");
        }

        return Outcomes.ExitCode.Done;
    }
}
