using Platform.Api.Validation;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>completion/complete</c>. Proposals show nothing that the caller could not read (AZ-5).</summary>
internal sealed class CompletionComplete(McpCatalogues catalogues) : IMcpMethod
{
    private const int MaxValue = 1_000;

    public string Name => "completion/complete";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public string? Target(McpMessage message) => Read(message) is { } query ? query.Prompt ?? query.Template : null;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => Read(message) switch
    {
        { Prompt: { } prompt } => new Needed("prompts", "read", prompt),
        { Template: not null } => new Needed("resources", "read", null),
        _ => Problem.InvalidParams("params.ref must name a prompt or a resource template, and params.argument must have a name and a value of at most 1000 characters."),
    };

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var query = Read(request.Message)!;
        var catalogue = catalogues.For(request.Tenant);
        if (query.Prompt is not null)
        {
            return catalogue.TryFindPrompt(query.Prompt, out _, out var backend)
                ? new Proposals(await backend.CompleteAsync(request, query, cancel))
                : Problem.InvalidParams("Unknown prompt.");
        }

        var owner = catalogue.Backends.FirstOrDefault(backend => backend.Templates.Any(template => string.Equals(template.UriTemplate, query.Template, StringComparison.Ordinal)));
        return owner is null ? Problem.InvalidParams("Unknown resource template.") : new Proposals(await owner.CompleteAsync(request, query, cancel));
    }

    private static CompletionQuery? Read(McpMessage message)
    {
        var parameters = message.Params.Span;
        if (!JsonMember.TryFind(parameters, "ref"u8, out var reference)
            || !JsonMember.TryFind(parameters, "argument"u8, out var argument)
            || JsonMember.Text(argument, "name"u8) is not { } name
            || JsonMember.Text(argument, "value"u8) is not { Length: <= MaxValue } value)
        {
            return null;
        }

        return JsonMember.Text(reference, "type"u8) switch
        {
            "ref/prompt" when JsonMember.Text(reference, "name"u8) is { } prompt => new CompletionQuery(prompt, null, name, value),
            "ref/resource" when JsonMember.Text(reference, "uri"u8) is { } uri => new CompletionQuery(null, uri, name, value),
            _ => null,
        };
    }

    private sealed class Proposals(Completion completion) : McpResult
    {
        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartObject("completion"u8);
            writer.WriteStartArray("values"u8);
            foreach (var value in completion.Values.Take(Completion.MaxValues))
            {
                writer.WriteStringValue(SafeText.Of(value));
            }

            writer.WriteEndArray();
            writer.WriteBoolean("hasMore"u8, completion.HasMore || completion.Values.Count > Completion.MaxValues);
            writer.WriteEndObject();
        }
    }
}
