using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>
/// Changes some members of a document and leaves the others (RFC 7396): an object is merged, null takes a member away, anything else replaces it. Names that the document cannot have are refused,
/// also with null; what comes out is validated as a whole.
/// </summary>
internal sealed class MergePatch(JsonObject patch)
{
    public const string MediaType = "application/merge-patch+json";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 10 };

    /// <summary>Binds the body of a request.</summary>
    /// <exception cref="BadHttpRequestException">It is of another media type, or no JSON object.</exception>
    public static async ValueTask<MergePatch?> BindAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException("A merge patch is expected.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await JsonNode.ParseAsync(http.Request.Body, documentOptions: Strict, cancellationToken: http.RequestAborted) is JsonObject patch
                ? new MergePatch(patch)
                : throw new JsonException("No object.");
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The latter: half of a surrogate pair in a name.
            throw new BadHttpRequestException("No JSON object.", malformed);
        }
    }

    /// <summary>The document with the change, or why it cannot be changed so.</summary>
    public async Task<Result<T>> OnAsync<T>(T document, HttpContext http) where T : class
    {
        var json = http.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        if (Unknown(patch, json.GetTypeInfo(typeof(T)), json) is { } unknown)
        {
            return Problem.Invalid([new FieldError(unknown, "There is no such member.")]);
        }

        T changed;
        try
        {
            changed = Merge(JsonSerializer.SerializeToNode(document, json), patch).Deserialize<T>(json)!;
        }
        catch (Exception misfit) when (misfit is JsonException or InvalidOperationException)
        {
            // The latter: half of a surrogate pair in a value.
            return BodyRefusal.Of(new BadHttpRequestException("It does not fit.", misfit));
        }

        return await BodyRefusal.OfRulesAsync(changed, http) is { } unfit ? (Result<T>)unfit : changed;
    }

    /// <summary>The algorithm of RFC 7396, section 2.</summary>
    internal static JsonNode? Merge(JsonNode? target, JsonNode? change)
    {
        if (change is not JsonObject members)
        {
            return change?.DeepClone();
        }

        var merged = target as JsonObject ?? [];
        foreach (var (name, value) in members)
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = Merge(merged[name]?.DeepClone(), value);
            }
        }

        return merged;
    }

    private static string? Unknown(JsonObject change, JsonTypeInfo type, JsonSerializerOptions json)
    {
        foreach (var (name, value) in change)
        {
            if (type.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.Ordinal)) is not { } known)
            {
                return name;
            }

            if (value is JsonObject inner && json.GetTypeInfo(known.PropertyType) is { Kind: JsonTypeInfoKind.Object } innerType && Unknown(inner, innerType, json) is { } unknown)
            {
                return $"{name}.{unknown}";
            }
        }

        return null;
    }
}
