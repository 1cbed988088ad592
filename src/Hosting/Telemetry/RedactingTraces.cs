using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Platform.Hosting.Telemetry;

/// <summary>
/// Takes credentials out of a trace before it is exported (ER-2): Orleans writes messages and stacks of exceptions into tags, and the keys of grains, which may be whatever a caller took for a name.
/// </summary>
internal sealed class RedactingTraces : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> GrainIds =
        FrozenSet.ToFrozenSet(["orleans.grain.id", "orleans.rpc.target_id", "orleans.rpc.source_id", "orleans.directory.registered.address", "orleans.directory.forwarding.address"], StringComparer.Ordinal);

    public override void OnEnd(Activity data)
    {
        foreach (var (name, value) in data.TagObjects.ToArray())
        {
            if (value is string text)
            {
                var clean = GrainIds.Contains(name) ? WithoutKey(text) : SecretText.Redact(text);
                if (!string.Equals(text, clean, StringComparison.Ordinal))
                {
                    data.SetTag(name, clean);
                }
            }
        }

        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, SecretText.Redact(description));
        }
    }

    /// <summary>The type of the grain and its tenant; not which of them it is.</summary>
    private static string WithoutKey(string id)
    {
        var type = id.IndexOf('/', StringComparison.Ordinal);
        var tenant = type < 0 ? -1 : id.IndexOf('/', type + 1);
        return tenant < 0 ? id : $"{id.AsSpan(0, tenant)}/*";
    }
}
