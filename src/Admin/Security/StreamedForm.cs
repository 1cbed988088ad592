namespace Platform.Admin.Security;

/// <summary>
/// On an endpoint whose form is too large to be read before it is judged: its handler finds the form's token at the form's beginning, and does nothing before that is good.
/// </summary>
internal sealed class StreamedForm;
