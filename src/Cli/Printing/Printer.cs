using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Terminals;

namespace Platform.Cli.Printing;

/// <summary>Writes results to standard output in the format that was asked for, and everything else to standard error.</summary>
internal sealed class Printer(Terminal terminal, OutputFormat format)
{
    private const int LongestNote = 2_000;
    private const int ShortestHidden = 6;
    private readonly List<string> _hidden = [];

    public bool IsTable => format == OutputFormat.Table;

    /// <summary>A credential that is in nothing that is said besides results. What is shorter than a code occurs in every other word.</summary>
    public void Hide(string? credential)
    {
        if (credential is { Length: >= ShortestHidden })
        {
            _hidden.Add(credential);
        }
    }

    /// <summary>A list; the table has these columns.</summary>
    public Task ListAsync(JsonArray items, string columns) => WriteAsync(format == OutputFormat.Table ? Table.Of(items, columns) : Document(items));

    public Task ShowAsync(JsonNode? thing) => WriteAsync(format != OutputFormat.Table ? Document(thing) : thing switch
    {
        JsonObject members => Table.Of(members),
        null => "",
        _ => Cell.Of(thing) + "\n",
    });

    /// <summary>Text of ours, the same in every format.</summary>
    public Task WriteAsync(string text) => terminal.Output.WriteAsync(text);

    /// <summary>A sentence of ours, on a line of its own. Texts that are put into it are a stranger's: they cannot be taken for ours.</summary>
    public Task TellAsync(FormattableString sentence) => terminal.Output.WriteLineAsync(Sentence.Of(sentence));

    /// <summary>A remark that is no result.</summary>
    public Task NoteAsync(string text) => terminal.Error.WriteLineAsync(PlainText.Clean(_hidden.Aggregate(text, PlainText.Redact), LongestNote));

    /// <summary>Why it was not done; the exit code.</summary>
    public async Task<int> RefuseAsync(Refusal refusal)
    {
        await NoteAsync($"platform: {refusal.Text}{(refusal.Code is null ? "" : $" ({refusal.Code})")}");
        foreach (var (name, message) in refusal.Errors)
        {
            await NoteAsync($"  {name}: {message}");
        }

        if (refusal.RequestId is not null)
        {
            await NoteAsync($"  request {refusal.RequestId}");
        }

        return refusal.Exit;
    }

    private string Document(JsonNode? node) => format == OutputFormat.Yaml ? YamlWriter.Write(node) : JsonText.Write(node) + "\n";
}
