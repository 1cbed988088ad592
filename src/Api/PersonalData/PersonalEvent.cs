using System.Text.Json;
using Platform.Abstractions.Principals;

namespace Platform.Api.PersonalData;

/// <summary>One of a person's own events, for its export: as it was recorded, but for whom else it names.</summary>
internal static class PersonalEvent
{
    /// <summary>Stands where another person's id was.</summary>
    public const string SomebodyElse = "somebody-else";

    private static readonly string[] People = ["usr_", PrincipalId.External];

    public static void Write(Utf8JsonWriter writer, JsonElement record, string principal)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            // One that somebody made unreadable: who is in it, nobody knows.
            return;
        }

        writer.WriteStartObject();
        foreach (var member in record.EnumerateObject())
        {
            if (member.NameEquals("target"u8) && member.Value.GetString() is { } target)
            {
                writer.WriteString("target"u8, Mask(target, principal));
            }
            else
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The target without other people: the rights of one person to a copy end where those of the next begin.</summary>
    internal static string Mask(string target, string principal) => string.Join('/', target.Split('/').Select(part =>
        Array.Exists(People, prefix => part.StartsWith(prefix, StringComparison.Ordinal)) && !string.Equals(part, principal, StringComparison.Ordinal) ? SomebodyElse : part));
}
