namespace Platform.Api.Validation.Schema;

/// <summary>The first rule an instance broke. It names the place and the rule, and never repeats the value.</summary>
/// <param name="Path">JSON Pointer into the instance; long names are cut.</param>
/// <param name="Keyword">The schema's keyword, or <see cref="Budget"/>, or empty for malformed JSON.</param>
/// <param name="Message">A short sentence without a subject: "must be at least 3".</param>
internal readonly record struct SchemaError(string Path, string Keyword, string Message)
{
    /// <summary>Stands for a keyword where checking was given up: the instance is refused, not passed.</summary>
    public const string Budget = "(budget)";

    public static SchemaError Malformed { get; } = new("", "", "must be well-formed JSON");
}
