using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>The body that a route binds, as the framework inferred it.</summary>
internal sealed record JsonBody(Type Type, bool IsOptional, string MediaType = "application/json");

/// <summary>The body is taken as it is, under its media type.</summary>
internal sealed class BytesBody;

/// <summary>The answer has an <c>ETag</c>.</summary>
internal sealed class HasVersion;

/// <summary>The answer 202 has an <c>Operation-Location</c>.</summary>
internal sealed class HasOperation
{
    public const string Header = "Operation-Location";
}

/// <summary>The change takes <c>If-Match</c> or <c>If-None-Match</c>.</summary>
/// <param name="IsRequired">Without one it answers 428.</param>
internal sealed record OnVersion(bool IsRequired);

/// <summary>A query parameter that takes one of a few words; the gate refuses others.</summary>
internal sealed record QueryChoice(string Name, string[] Words);

/// <summary>A header that only this route reads.</summary>
internal sealed record RequestHeader(string Name, string Purpose);

/// <summary>Refusals beyond those that follow from what the route is.</summary>
internal sealed record MayRefuse(ProblemCode[] Codes);

/// <summary>
/// What a route says of its answers. Handlers return <see cref="IResult"/>, so the framework cannot know; the description of the API (docs/management-api.md) is made of this, and a test holds
/// real answers against it.
/// </summary>
internal static class AnswerMetadata
{
    private const string Json = "application/json";

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary).Gives(StatusCodes.Status200OK, typeof(T), Json);

    public static RouteHandlerBuilder AnswersPage<T>(this RouteHandlerBuilder route, string summary) => route.Answers<PageOf<T>>(summary);

    public static RouteHandlerBuilder AnswersList<T>(this RouteHandlerBuilder route, string summary) => route.Answers<ListOf<T>>(summary);

    /// <summary>201 with <c>Location</c>.</summary>
    public static RouteHandlerBuilder Creates<T>(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary).OrCreates<T>();

    public static RouteHandlerBuilder OrCreates<T>(this RouteHandlerBuilder route) => route.Gives(StatusCodes.Status201Created, typeof(T), Json);

    /// <summary>202 with <c>Operation-Location</c>: the work goes on.</summary>
    public static RouteHandlerBuilder Starts<T>(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary).OrStarts<T>().WithMetadata(new HasOperation());

    public static RouteHandlerBuilder OrStarts<T>(this RouteHandlerBuilder route) => route.Gives(StatusCodes.Status202Accepted, typeof(T), Json);

    public static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary).Gives(StatusCodes.Status204NoContent, null);

    /// <summary>With an <c>ETag</c>; 304 to who has it already, 412 where <c>If-Match</c> does not hold. Neither has a body.</summary>
    public static RouteHandlerBuilder OrNotModified(this RouteHandlerBuilder route) =>
        route.WithVersion().Gives(StatusCodes.Status304NotModified, null).Gives(StatusCodes.Status412PreconditionFailed, null).Reads("If-None-Match", "The ETag of what the client has: 304 when it is still the one.");

    /// <summary>A file or a value as it is.</summary>
    /// <param name="route">The route.</param>
    /// <param name="summary">What it answers.</param>
    /// <param name="mediaTypes">None when it has the media type that it was stored with.</param>
    public static RouteHandlerBuilder AnswersBytes(this RouteHandlerBuilder route, string summary, params string[] mediaTypes) =>
        route.WithSummary(summary).Gives(StatusCodes.Status200OK, typeof(Stream), mediaTypes);

    /// <summary>As <see cref="OrNotModified"/>, and parts of it: 206, or 416, under its media type and with no bytes, for what it has not.</summary>
    public static RouteHandlerBuilder OrPart(this RouteHandlerBuilder route) =>
        route.OrNotModified().Gives(StatusCodes.Status206PartialContent, typeof(Stream)).Gives(StatusCodes.Status416RangeNotSatisfiable, typeof(Stream))
            .Reads("Range", "Bytes of it: 206 with them, 416 when there are none.");

    /// <summary>Server-sent events.</summary>
    public static RouteHandlerBuilder AnswersEvents(this RouteHandlerBuilder route, string summary) => route.AnswersBytes(summary, "text/event-stream");

    public static RouteHandlerBuilder TakesBytes(this RouteHandlerBuilder route) => route.WithMetadata(new BytesBody());

    /// <summary>A <see cref="MergePatch"/> of such a document.</summary>
    public static RouteHandlerBuilder TakesPatchOf<T>(this RouteHandlerBuilder route) => route.WithMetadata(new JsonBody(typeof(T), IsOptional: false, MergePatch.MediaType));

    public static RouteHandlerBuilder WithVersion(this RouteHandlerBuilder route) => route.WithMetadata(new HasVersion());

    public static RouteHandlerBuilder OnVersion(this RouteHandlerBuilder route) => route.WithMetadata(new OnVersion(IsRequired: true));

    public static RouteHandlerBuilder OnVersionIfSaid(this RouteHandlerBuilder route) => route.WithMetadata(new OnVersion(IsRequired: false));

    public static RouteHandlerBuilder OneOf(this RouteHandlerBuilder route, string parameter, params string[] words) => route.WithMetadata(new QueryChoice(parameter, words));

    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder route, string header, string purpose) => route.WithMetadata(new RequestHeader(header, purpose));

    public static RouteHandlerBuilder MayRefuse(this RouteHandlerBuilder route, params ProblemCode[] codes) => route.WithMetadata(new MayRefuse(codes));

    private static RouteHandlerBuilder Gives(this RouteHandlerBuilder route, int status, Type? body, params string[] mediaTypes) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(status, body ?? typeof(void), mediaTypes));
}
