using System.Diagnostics;
using OpenTelemetry;

namespace Platform.Hosting.Telemetry;

/// <summary>Takes credentials out of what exceptions left in a trace before it is exported (ER-2): Orleans writes their messages and stacks into tags.</summary>
internal sealed class RedactingTraces : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var (name, value) in data.TagObjects.ToArray())
        {
            if (value is string text)
            {
                var clean = SecretText.Redact(text);
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
}
