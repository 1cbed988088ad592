using System.Text.Json;

namespace Platform.Api.Mcp.Subscriptions;

/// <summary>What a client wants to hear of.</summary>
/// <param name="Tools">Changes of the list of tools.</param>
/// <param name="Prompts">Changes of the list of prompts.</param>
/// <param name="Resources">Changes of the list of resources.</param>
/// <param name="Uris">Updates of these resources.</param>
/// <param name="TaskIds">Changes of these tasks.</param>
internal sealed record ListenFilter(bool Tools, bool Prompts, bool Resources, string[] Uris, string[] TaskIds)
{
    /// <summary>Most resources, and most tasks, of one stream.</summary>
    public const int MaxSubjects = 100;

    /// <summary>Reads <c>params.notifications</c>; null when it is not of the form the specification gives it.</summary>
    /// <param name="notifications">A JSON value.</param>
    public static ListenFilter? Read(ReadOnlySpan<byte> notifications)
    {
        var reader = new Utf8JsonReader(notifications);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var (tools, prompts, resources) = (false, false, false);
        string[]? uris = [];
        string[]? tasks = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("toolsListChanged"u8))
            {
                tools = Flag(ref reader);
            }
            else if (reader.ValueTextEquals("promptsListChanged"u8))
            {
                prompts = Flag(ref reader);
            }
            else if (reader.ValueTextEquals("resourcesListChanged"u8))
            {
                resources = Flag(ref reader);
            }
            else if (reader.ValueTextEquals("resourceSubscriptions"u8))
            {
                uris = Texts(ref reader);
            }
            else if (reader.ValueTextEquals("taskIds"u8))
            {
                tasks = Texts(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return uris is null || tasks is null ? null : new ListenFilter(tools, prompts, resources, uris, tasks);
    }

    /// <summary>The filter as the acknowledgment repeats it: what is not there was not granted.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("notifications"u8);
        if (Tools)
        {
            writer.WriteBoolean("toolsListChanged"u8, true);
        }

        if (Prompts)
        {
            writer.WriteBoolean("promptsListChanged"u8, true);
        }

        if (Resources)
        {
            writer.WriteBoolean("resourcesListChanged"u8, true);
        }

        WriteTexts(writer, "resourceSubscriptions"u8, Uris);
        WriteTexts(writer, "taskIds"u8, TaskIds);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string[] texts)
    {
        if (texts.Length == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static bool Flag(ref Utf8JsonReader reader)
    {
        reader.Read();
        var flag = reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return flag;
    }

    private static string[]? Texts(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var texts = new HashSet<string>(StringComparer.Ordinal);
        var valid = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            valid &= reader.TokenType == JsonTokenType.String && texts.Count < MaxSubjects && Add(texts, reader.GetString()!);
            reader.Skip();
        }

        return valid ? [.. texts] : null;
    }

    // A text that comes twice is wanted once.
    private static bool Add(HashSet<string> texts, string text)
    {
        texts.Add(text);
        return true;
    }
}
