namespace Platform.Api.Mcp.Backends;

/// <summary>What <c>completion/complete</c> asks.</summary>
/// <param name="Prompt">The prompt, or null when it is about a template.</param>
/// <param name="Template">The template's URI, or null when it is about a prompt.</param>
/// <param name="Argument">The argument or variable.</param>
/// <param name="Value">What the user wrote so far.</param>
internal sealed record CompletionQuery(string? Prompt, string? Template, string Argument, string Value);

/// <summary>Proposals, best first. At most 100 are sent.</summary>
/// <param name="Values">What is proposed.</param>
/// <param name="HasMore">There are more than these.</param>
internal sealed record Completion(IReadOnlyList<string> Values, bool HasMore)
{
    public const int MaxValues = 100;

    public static Completion None { get; } = new([], HasMore: false);
}
