using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp;

/// <summary>The request metadata headers, as a transport found them. A duplicated header reads as <see cref="Twice"/>, which equals nothing.</summary>
internal readonly record struct McpHeaders(string? Version, string? Method, string? Name, string? SessionId)
{
    public const string Twice = "\n";

    /// <summary>The version is judged first: the rules for the other headers belong to it.</summary>
    public Problem? VersionMustEqual(string version)
    {
        if (Version is null)
        {
            return Mismatch("The header MCP-Protocol-Version is missing.");
        }

        return string.Equals(Version, version, StringComparison.Ordinal)
            ? null
            : Mismatch("The header MCP-Protocol-Version does not equal the version in _meta.");
    }

    /// <summary>
    /// MCP 2026-07-28, Server Validation: what the headers say must equal what the body says, or 400 and -32020 (IN-7). The body decides everything else.
    /// </summary>
    public Problem? MustEqual(McpMessage message)
    {
        if (message.IsNotification)
        {
            return null;
        }

        if (Method is null)
        {
            return Mismatch("The header Mcp-Method is missing.");
        }

        if (!HeaderValue.IsPlain(Method) || !string.Equals(Method, message.Method, StringComparison.Ordinal))
        {
            return Mismatch("The header Mcp-Method does not equal the method in the body.");
        }

        var named = message.Method switch
        {
            "tools/call" or "prompts/get" => message.Name,
            "resources/read" => message.Uri,
            "tasks/get" or "tasks/update" or "tasks/cancel" => message.TaskId,
            _ => null,
        };
        if (named is null)
        {
            return null;
        }

        if (Name is null)
        {
            return Mismatch("The header Mcp-Name is missing.");
        }

        return string.Equals(HeaderValue.Decode(Name), named, StringComparison.Ordinal)
            ? null
            : Mismatch("The header Mcp-Name does not equal the name, URI or task id in the body.");
    }

    /// <summary>The eras before 2026-07-28 need no metadata headers, but what is there must not lie to whoever routes by it.</summary>
    public Problem? MustNotContradict(McpMessage message) =>
        Method is null || string.Equals(Method, message.Method, StringComparison.Ordinal) ? null : Mismatch("The header Mcp-Method does not equal the method in the body.");

    private static Problem Mismatch(string detail) => new(ProblemCode.HeaderMismatch, "Header mismatch: " + detail);
}
