using System.Text.Json;

namespace Platform.Abstractions.Audit;

/// <summary>What a search asks of a record. Records outlive programs: a member that is absent or strange reads as empty, never as a failure.</summary>
public readonly record struct AuditFacets(string Class, string Action, string Outcome, string Principal)
{
    /// <summary>Longer text is cut: nobody searches for more.</summary>
    public const int MaxLength = 256;

    public static AuditFacets Of(ReadOnlySpan<byte> record)
    {
        var (kind, action, outcome, principal) = ("", "", "", "");
        var reader = new Utf8JsonReader(record);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                {
                    continue;
                }

                if (reader.ValueTextEquals("class"u8))
                {
                    kind = Text(ref reader);
                }
                else if (reader.ValueTextEquals("action"u8))
                {
                    action = Text(ref reader);
                }
                else if (reader.ValueTextEquals("outcome"u8))
                {
                    outcome = Text(ref reader);
                }
                else if (reader.ValueTextEquals("principal"u8))
                {
                    principal = Text(ref reader);
                }
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Somebody changed the row behind our back. The verifier names it; a search must still find what is sound.
            return new AuditFacets("", "", "", "");
        }

        return new AuditFacets(kind, action, outcome, principal);
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.GetString() is { } text ? text[..Math.Min(text.Length, MaxLength)] : "";
    }
}
