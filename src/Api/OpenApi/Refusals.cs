using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.OpenApi;

/// <summary>The problems that an operation can answer: what follows from the gate and from what the route is, and what it declares.</summary>
internal static class Refusals
{
    private static readonly ProblemCode[] Everywhere =
        [ProblemCode.HostDenied, ProblemCode.OriginDenied, ProblemCode.RateLimited, ProblemCode.Internal, ProblemCode.Unavailable, ProblemCode.Timeout, ProblemCode.InvalidParams];

    // A session of a suspended tenant is refused as that wherever it is shown.
    private static readonly ProblemCode[] Guarded = [ProblemCode.Unauthenticated, ProblemCode.PermissionDenied, ProblemCode.TenantSuspended];

    private static readonly ProblemCode[] OfBody = [ProblemCode.Malformed, ProblemCode.TooLarge, ProblemCode.UnsupportedMediaType];

    public static SortedSet<ProblemCode> Of(RouteEndpoint route, string method)
    {
        var metadata = route.Metadata;
        var isChange = !HttpMethods.IsGet(method);
        var isGuarded = metadata.GetMetadata<ManagementOperation>() is { Area: not null };
        var names = route.RoutePattern.Parameters.Select(parameter => parameter.Name).ToArray();
        var codes = new SortedSet<ProblemCode>(Everywhere);
        Add(isGuarded, Guarded);
        Add(names.Contains(TenantReach.Parameter, StringComparer.Ordinal), ProblemCode.TenantNotFound);
        Add(names.Contains(TenantReach.Parameter, StringComparer.Ordinal) && isChange && metadata.GetMetadata<WhileReadOnly>() is null, ProblemCode.TenantReadOnly);
        Add(names.Any(name => name != TenantReach.Parameter), ProblemCode.NotFound);
        Add(metadata.GetMetadata<ManagementObject>() is not null, ProblemCode.ResourceNotFound);
        Add(metadata.GetMetadata<JsonBody>() is not null || metadata.GetMetadata<BytesBody>() is not null, OfBody);
        Add(isChange, ProblemCode.Conflict);
        Add(isGuarded && metadata.GetOrderedMetadata<ProducesResponseTypeMetadata>().Any(answer => answer.StatusCode == StatusCodes.Status201Created), ProblemCode.QuotaExceeded);
        Add(HttpMethods.IsPost(method) && isGuarded, ProblemCode.IdempotencyKeyReused);
        Add(metadata.GetMetadata<OnVersion>() is not null, ProblemCode.PreconditionFailed);
        Add(metadata.GetMetadata<OnVersion>() is { IsRequired: true }, ProblemCode.PreconditionRequired);
        foreach (var declared in metadata.GetOrderedMetadata<MayRefuse>())
        {
            Add(true, declared.Codes);
        }

        return codes;

        void Add(bool applies, params ProblemCode[] more)
        {
            if (applies)
            {
                codes.UnionWith(more);
            }
        }
    }
}
