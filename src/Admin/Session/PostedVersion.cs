namespace Platform.Admin.Session;

/// <summary>The version that a form was made for, which is changed or nothing is.</summary>
internal static class PostedVersion
{
    /// <summary>A version that was lost becomes one that REST never has: it refuses, and nothing is changed unseen.</summary>
    public static string Of(PostedForm form) => form.Text("version") is { Length: <= 40 } version && version.All(char.IsAsciiLetterOrDigit) ? version : "0";
}
