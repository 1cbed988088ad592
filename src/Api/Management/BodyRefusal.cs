using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>What is said of a body that could not be bound.</summary>
internal static class BodyRefusal
{
    /// <summary>What is said on the route that the request is for; where there was no body, or <c>null</c>, what an empty object would miss.</summary>
    public static Problem Of(BadHttpRequestException failure, HttpContext http)
    {
        var body = http.GetEndpoint()?.Metadata.GetMetadata<JsonBody>();
        return body is { IsOptional: false } && failure is { StatusCode: StatusCodes.Status400BadRequest, InnerException: null }
            ? OfNone(body.Type, http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions)
            : Of(failure, body?.MediaType ?? "application/json");
    }

    // The framework's own texts name parameters and types; ours name the member.
    public static Problem Of(BadHttpRequestException failure, string mediaType = "application/json") => failure switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new Problem(ProblemCode.UnsupportedMediaType, $"Send Content-Type: {mediaType}."),
        { InnerException: JsonException json } when Missing(json) is { Length: > 0 } missing => Problem.Invalid(missing),
        { InnerException: JsonException { Path: { Length: > 2 } path } json } => Problem.Invalid([new FieldError(Member(path), Reason(json))]),
        { InnerException: JsonException json } => Problem.InvalidParams(Reason(json)),
        _ => Unreadable(),
    };

    /// <summary>What the rules of a bound body say, by JSON name; null when it keeps them.</summary>
    public static async ValueTask<Problem?> OfRulesAsync<T>(T body, HttpContext http)
    {
        var result = await http.RequestServices.GetRequiredService<IValidator<T>>().ValidateAsync(body, http.RequestAborted);
        return result.IsValid ? null : Problem.Invalid([.. result.Errors.Select(error => new FieldError(error.PropertyName, error.ErrorMessage))]);
    }

    private static Problem OfNone(Type type, JsonSerializerOptions options)
    {
        try
        {
            JsonSerializer.Deserialize("{}", type, options);
        }
        catch (JsonException lacking) when (Missing(lacking) is { Length: > 0 } missing)
        {
            return Problem.Invalid(missing);
        }

        return NoObject();
    }

    /// <summary>There is no body where nothing of it is required.</summary>
    public static Problem NoObject() => Problem.InvalidParams("Send a JSON object.");

    public static Problem TooLarge() => new(ProblemCode.TooLarge, $"The body is larger than {ManagementGate.MaxBody} bytes.");

    public static Problem Unreadable() => Problem.InvalidParams("The request is not valid: check the body and the parameters.");

    private static string Reason(JsonException failure) =>
        failure is UnknownWord ? failure.Message
        : failure.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "There is no such member."
        : failure.Message.Contains("Duplicate", StringComparison.Ordinal) ? "The member is there twice."
        : "The value is not valid JSON of the expected type.";

    // The serializer names our own members, quoted, at the end of its sentence; its first words name a type.
    // A sentence that begins otherwise may quote what the client wrote.
    private static FieldError[] Missing(JsonException failure) =>
        failure.Message.StartsWith("JSON deserialization for type", StringComparison.Ordinal) && failure.Message.Split("was missing required properties including:") is [_, var names]
        ? [.. names.Split('\'').Where((_, index) => index % 2 == 1).Select(name => new FieldError(failure.Path is { Length: > 2 } path ? $"{Member(path)}.{name}" : name, "This member is required."))]
        : [];

    private static string Member(string path) => path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
}
