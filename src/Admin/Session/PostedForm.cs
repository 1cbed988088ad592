using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Session;

/// <summary>Reads a posted form by the JSON names that its fields bear. Absent and blank are both null.</summary>
internal sealed class PostedForm
{
    private readonly IFormCollection _form;

    private PostedForm(IFormCollection form) => _form = form;

    public static async Task<PostedForm> OfAsync(HttpContext context) =>
        new(await context.Request.ReadFormAsync(context.RequestAborted));

    public string? Text(string name) =>
        _form.TryGetValue(name, out var values) && !string.IsNullOrWhiteSpace(values[0]) ? values[0]!.Trim() : null;

    public bool Has(string name) => _form.ContainsKey(name);

    /// <summary>As typed: a password's spaces are part of it.</summary>
    public string Verbatim(string name) => _form.TryGetValue(name, out var values) ? values[0] ?? "" : "";

    /// <summary>The lines of a text area, without blank ones.</summary>
    public string[] Lines(string name) => Verbatim(name).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public string[] All(string name) =>
        _form.TryGetValue(name, out var values) ? [.. values.OfType<string>().Where(value => value.Length > 0).Take(50)] : [];
}
