using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;
using Platform.Api.RateLimits;
using Platform.Api.Security;

namespace Platform.Api.Management;

/// <summary>A refusal as RFC 9457, with our code, the request's id and the members at fault by their JSON names.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public Problem Problem => problem;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        SecurityHeaders.Api(response.Headers);
        response.StatusCode = ProblemCatalogue.Row(problem.Code).HttpStatus;
        if (problem.Code == ProblemCode.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = "Bearer realm=\"management\"";
        }

        RateFields.Refuse(response.Headers, problem);
        var body = ProblemBody.Of(problem, ManagementExchange.Of(httpContext)?.Entry.Correlation ?? httpContext.TraceIdentifier);
        return response.WriteAsJsonAsync(body, options: null, "application/problem+json", httpContext.RequestAborted);
    }
}
