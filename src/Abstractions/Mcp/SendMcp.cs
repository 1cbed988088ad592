using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Platform.Abstractions.Principals;

namespace Platform.Abstractions.Mcp;

/// <summary>One MCP request, made by whoever manages the tenant. The platform adds the id and the metadata of the protocol.</summary>
public sealed record SendMcp
{
    /// <summary>What has one answer and ends by itself.</summary>
    public static IReadOnlyList<string> Methods { get; } =
        ["completion/complete", "prompts/get", "prompts/list", "resources/list", "resources/read", "resources/templates/list", "server/discover", "tools/call", "tools/list"];

    /// <summary>Such as <c>tools/call</c>.</summary>
    public required string Method { get; init; }

    /// <summary>An object without <c>_meta</c>; none when absent.</summary>
    public JsonElement? Params { get; init; }

    /// <summary>
    /// A principal of the tenant, within whose rights the caller stays too: what either may not do is refused. It is the caller who asks all the same, and it takes <c>roles:read</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? As { get; init; }
}

/// <summary>An MCP exchange as it was: both messages, byte for byte.</summary>
/// <param name="Request">The JSON-RPC request.</param>
/// <param name="Response">The JSON-RPC response, a refusal of the endpoint included.</param>
/// <param name="Status">Of HTTP, that the endpoint gives this response with.</param>
/// <param name="Code">Of the problem when the endpoint refused; absent when the method ran, also when a tool failed.</param>
public sealed record McpExchangeView(
    [property: JsonConverter(typeof(RawJson))] JsonElement Request,
    [property: JsonConverter(typeof(RawJson))] JsonElement Response,
    int Status,
    string? Code);

public sealed class SendMcpValidator : AbstractValidator<SendMcp>
{
    public SendMcpValidator()
    {
        RuleFor(command => command.Method).Must(method => SendMcp.Methods.Contains(method, StringComparer.Ordinal))
            .WithMessage($"Choose one of {string.Join(", ", SendMcp.Methods)}.");
        RuleFor(command => command.As).Must(principal => principal is null || PrincipalId.IsValid(principal)).WithMessage("Name a principal such as usr_… or svc_…, or leave as out.");
        RuleFor(command => command.Params).Must(given => given is null or { ValueKind: JsonValueKind.Object }).WithMessage("Send an object, or nothing.");
        RuleFor(command => command.Params).Must(given => given is not { ValueKind: JsonValueKind.Object } sent || !sent.TryGetProperty("_meta", out _))
            .WithMessage("Leave out _meta: the platform writes it.");
    }
}
