using System.Text.Json.Nodes;

namespace Platform.Cli.Doctor;

/// <summary>What was looked at, and what to do where it is not as it should be.</summary>
/// <param name="Check">Its name.</param>
/// <param name="State"><c>ok</c>, <c>warning</c> or <c>failed</c>.</param>
/// <param name="Found">In words.</param>
/// <param name="Cure">Absent where nothing is wrong.</param>
internal sealed record Finding(string Check, string State, string Found, string? Cure)
{
    public static Finding Ok(string check, string found) => new(check, "ok", found, null);

    public static Finding Warning(string check, string found, string cure) => new(check, "warning", found, cure);

    public static Finding Failed(string check, string found, string cure) => new(check, "failed", found, cure);

    public JsonObject Row() => new() { ["check"] = Check, ["state"] = State, ["found"] = Found, ["cure"] = Cure };
}
