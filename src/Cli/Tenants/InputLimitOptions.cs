using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Shell;

namespace Platform.Cli.Tenants;

/// <summary>What requests to a tenant's endpoint may be at most: lower than the platform's own limits, never higher.</summary>
internal sealed class InputLimitOptions
{
    private readonly (string Member, Option<long?> Option)[] _limits =
    [
        ("maxBodyBytes", Options.Number("--max-body-bytes", "Bytes of a request, 1024 to 1048576.")),
        ("maxDepth", Options.Number("--max-depth", "Levels of its JSON, 4 to 10.")),
        ("maxProperties", Options.Number("--max-properties", "Members of an object, 8 to 100.")),
        ("maxStringLength", Options.Number("--max-string-length", "Characters of a text, 64 to 10000.")),
        ("maxItems", Options.Number("--max-items", "Items of an array, 1 to 10000.")),
        ("maxNodes", Options.Number("--max-nodes", "Values in all, 32 to 100000.")),
        ("maxNumberLength", Options.Number("--max-number-length", "Digits of a number, 16 to 128.")),
        ("maxBatch", Options.Number("--max-batch", "Messages of a batch, 1 to 50.")),
    ];

    public IEnumerable<Option> All => _limits.Select(limit => limit.Option);

    /// <summary>Those that the line names; null for none.</summary>
    public JsonObject? Of(Run run)
    {
        var named = new JsonObject();
        foreach (var (member, option) in _limits)
        {
            if (run.Get(option) is { } most)
            {
                named[member] = most;
            }
        }

        return named.Count > 0 ? named : null;
    }
}
