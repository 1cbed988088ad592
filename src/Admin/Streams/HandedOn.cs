using System.Net;
using Microsoft.AspNetCore.Http;
using Platform.Admin.Management;
using Platform.Admin.Security;

namespace Platform.Admin.Streams;

/// <summary>An answer of REST that goes on to the browser while it comes: the session's token stays here.</summary>
internal sealed class HandedOn(Func<ManagementClient, Task<HttpResponseMessage>> open, bool live = false) : IResult
{
    private static readonly string[] Kept = ["Content-Disposition", "Content-Length", "ETag", "Next-Page-Token"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            using var answer = await open((ManagementClient)httpContext.RequestServices.GetService(typeof(ManagementClient))!);
            await (answer.StatusCode == HttpStatusCode.OK ? PassAsync(httpContext, answer) : RefuseAsync(httpContext, answer));
        }
        catch (HttpRequestException) when (!httpContext.Response.HasStarted)
        {
            await ConsoleGate.ShowAsync(httpContext, StatusCodes.Status503ServiceUnavailable, "The management API does not answer", "Try again in a moment.");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // What was sent so far must not pass for the whole.
            httpContext.Abort();
        }
    }

    private async Task PassAsync(HttpContext context, HttpResponseMessage answer)
    {
        var headers = context.Response.Headers;
        foreach (var name in Kept)
        {
            if (answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values))
            {
                headers[name] = values.ToArray();
            }
        }

        // Never rendered in the console's origin: what REST serves was written by others.
        context.Response.ContentType = live ? "text/event-stream" : "application/octet-stream";
        if (!live && !headers.ContainsKey("Content-Disposition"))
        {
            headers.ContentDisposition = "attachment";
        }

        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        if (!live)
        {
            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
            return;
        }

        // nginx holds answers back unless it is told.
        headers["X-Accel-Buffering"] = "no";
        var buffer = new byte[16 * 1024];
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task RefuseAsync(HttpContext context, HttpResponseMessage answer)
    {
        var problem = (await ManagementClient.ReadAsync<bool>(answer, context.RequestAborted)).Problem ?? ProblemView.Unreadable((int)answer.StatusCode);
        await ConsoleGate.ShowAsync(context, problem.PageStatus, problem.Title ?? "The request was refused",
            problem.Errors?.Values.FirstOrDefault()?.FirstOrDefault() ?? problem.Detail ?? "It was never here, or it is not yours to see.");
    }
}
