using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Api.Management;

/// <summary>A page of the list that was asked for.</summary>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="Next">Where the next one begins, for <see cref="PageTokens"/> to seal; null on the last.</param>
internal sealed record PageResult<T>(IReadOnlyList<T> Items, string? Next) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var token = Next is null ? null : httpContext.RequestServices.GetRequiredService<PageTokens>().Seal(httpContext.Request, Next);
        return Results.Ok(new PageOf<T>(Items, token)).ExecuteAsync(httpContext);
    }
}
