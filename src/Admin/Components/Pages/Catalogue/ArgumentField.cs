namespace Platform.Admin.Components.Pages.Catalogue;

/// <summary>How an argument is typed in.</summary>
public enum ArgumentKind
{
    /// <summary>As JSON: arrays, objects, and whatever a form has no control for.</summary>
    Json = 0,
    Text = 1,
    LongText = 2,
    Number = 3,

    /// <summary>One of a few values, each kept as its JSON text.</summary>
    Choice = 4,
}

/// <summary>One argument of a tool or a prompt, as a form asks for it.</summary>
/// <param name="Name">The argument's own; a backend chose it, so it may be anything.</param>
/// <param name="Kind">Of the control.</param>
/// <param name="Hint">What the schema says of it.</param>
/// <param name="Required">By the schema.</param>
/// <param name="Choices">JSON text and what is shown for it.</param>
public sealed record ArgumentField(string Name, ArgumentKind Kind, string? Hint, bool Required, IReadOnlyList<(string Json, string Text)> Choices)
{
    private const string Prefix = "arg.";

    /// <summary>As it was typed or chosen, or the schema's default.</summary>
    public string? Value { get; init; }

    public string FormName => Prefix + Name;

    /// <summary>Shown for a choice that is left out.</summary>
    public IReadOnlyList<(string Value, string Text)> Options => [("", Required ? "Choose…" : "Leave it out"), .. Choices];
}
