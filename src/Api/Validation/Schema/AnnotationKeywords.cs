using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Keywords that judge nothing: what they say is for people and clients. Only their form is looked at.</summary>
internal static class AnnotationKeywords
{
    /// <summary>Null when the keyword is none of these.</summary>
    public static bool? Read(in SchemaKeyword keyword)
    {
        switch (keyword.Name)
        {
            case "title" or "description" or "format" or "contentEncoding" or "contentMediaType":
                return keyword.IsText;
            case "deprecated" or "readOnly" or "writeOnly":
                return keyword.IsFlag;
            case "examples":
                return keyword.Value.ValueKind == JsonValueKind.Array;
            case "contentSchema":
                return keyword.Schema(_ => { });
            case "dependencies" or "additionalItems" or "$recursiveRef" or "$recursiveAnchor":
                // 2020-12 would ignore them; a tenant who writes them believes in a rule that nobody would apply.
                keyword.Refuse(SchemaFaultKind.Unsupported, $"'{keyword.Name}' is a keyword of earlier dialects and would not be applied");
                return true;
            default:
                return null;
        }
    }
}
