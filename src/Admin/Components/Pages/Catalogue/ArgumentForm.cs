using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Abstractions.Mcp;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Catalogue;

/// <summary>The arguments of a call, as a form asks for them or as one JSON text.</summary>
internal sealed class ArgumentForm
{
    /// <summary>Of the text that holds all arguments.</summary>
    public const string Whole = "arguments";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 10, AllowDuplicateProperties = false };

    private ArgumentForm(bool canAsk, bool asJson, IReadOnlyList<ArgumentField> fields) => (CanAsk, AsJson, Fields) = (canAsk, asJson || !canAsk, fields);

    /// <summary>Whether the schema is one that a form can ask for.</summary>
    public bool CanAsk { get; }

    public bool AsJson { get; }

    public IReadOnlyList<ArgumentField> Fields { get; private init; }

    /// <summary>All arguments, where they are typed in as JSON.</summary>
    public string? Json { get; private init; } = "{}";

    /// <summary>Names of the fields that show their own errors.</summary>
    public IReadOnlyCollection<string> Names => AsJson ? [Whole] : [.. Fields.Select(one => one.FormName)];

    public static ArgumentForm Of(ToolView tool, bool asJson) => new(SchemaReader.TryRead(tool.InputSchema, out var fields), asJson, fields);

    public static ArgumentForm Of(PromptView prompt) =>
        new(canAsk: true, asJson: false, [.. prompt.Arguments.Select(argument => new ArgumentField(argument.Name, ArgumentKind.LongText, argument.Description, argument.Required, []))]);

    /// <summary>With what was typed.</summary>
    public ArgumentForm With(PostedForm form) => new(CanAsk, AsJson, [.. Fields.Select(field => field with { Value = Typed(form, field) })]) { Json = form.Verbatim(Whole) };

    /// <summary>The arguments as they go out. Only what is no JSON is refused here: everything else the endpoint judges, as for any client.</summary>
    public JsonObject Build(FormFaults faults)
    {
        if (AsJson)
        {
            if (!TryParse(string.IsNullOrWhiteSpace(Json) ? "{}" : Json, out var whole, out var why))
            {
                faults.Add(Whole, why);
            }
            else if (whole is JsonObject all)
            {
                return all;
            }
            else
            {
                faults.Add(Whole, "Write one JSON object.");
            }

            return [];
        }

        JsonObject arguments = [];
        foreach (var field in Fields.Where(field => !string.IsNullOrEmpty(field.Value)))
        {
            if (field.Kind is ArgumentKind.Text or ArgumentKind.LongText)
            {
                arguments[field.Name] = field.Value;
            }
            else if (!TryParse(field.Value!, out var value, out var why))
            {
                faults.Add(field.FormName, field.Kind == ArgumentKind.Number ? "Write a number." : why);
            }
            else if (field.Kind == ArgumentKind.Number && value?.GetValueKind() != JsonValueKind.Number)
            {
                faults.Add(field.FormName, "Write a number.");
            }
            else
            {
                arguments[field.Name] = value;
            }
        }

        return arguments;
    }

    // A browser ends lines with CR LF, whatever was pasted.
    private static string Typed(PostedForm form, ArgumentField field) => form.Verbatim(field.FormName).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static bool TryParse(string text, out JsonNode? value, out string why)
    {
        try
        {
            value = JsonNode.Parse(text, documentOptions: Strict);
            why = "";
            return true;
        }
        catch (JsonException failure)
        {
            value = null;
            why = failure.LineNumber is { } line ? $"This is not JSON; look at line {line + 1}." : "This is not JSON.";
            return false;
        }
    }
}
