using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Admin.Components.Pages;
using Platform.Admin.Session;

namespace Platform.Admin.Security;

/// <summary>Outermost step of a console request: headers first, then whatever went wrong inside becomes a page without technical text.</summary>
internal sealed partial class ConsoleGate(RequestDelegate next, ILogger<ConsoleGate> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        ConsoleHeaders.Apply(context);
        try
        {
            await next(context);
        }
        catch (SessionEndedException) when (!context.Response.HasStarted)
        {
            Clear(context);
            await context.SignOutAsync(ConsoleCookie.Scheme);
            context.Response.Redirect(LocalUrl.SignIn(context, "ended", LocalUrl.Interrupted));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            Clear(context);
            await ShowAsync(context, error.StatusCode, "That request could not be read", "Go back, reload the page and try again.");
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            Log.Failed(log, context.TraceIdentifier, error);
            Clear(context);
            await ShowAsync(context, StatusCodes.Status500InternalServerError, "Something went wrong on our side",
                "The console could not finish this page. Nothing more is known to you or to us from here than the reference below.");
        }
    }

    /// <summary>Answers with a page that needs no session, no REST and no data.</summary>
    public static Task ShowAsync(HttpContext context, int status, string title, string text, string? back = null) => ShowAsync(context, new RazorComponentResult<ErrorPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        [nameof(ErrorPage.Status)] = status,
        [nameof(ErrorPage.Title)] = title,
        [nameof(ErrorPage.Text)] = text,
        [nameof(ErrorPage.Reference)] = context.TraceIdentifier,
        [nameof(ErrorPage.Back)] = back,
    }) { StatusCode = status });

    /// <summary>Tells who is signed in that an address is of nothing.</summary>
    public static Task ShowNothingAsync(HttpContext context) => ShowAsync(context, new RazorComponentResult<NotFoundPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        [nameof(NotFoundPage.Title)] = "There is no such page",
        [nameof(NotFoundPage.Text)] = "The address may be mistyped, or what it named is gone.",
    }) { StatusCode = StatusCodes.Status404NotFound });

    private static async Task ShowAsync(HttpContext context, IResult page)
    {
        // A renderer that failed half-way cannot be used again, so the page gets services of its own.
        var services = context.RequestServices;
        await using var scope = services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await page.ExecuteAsync(context);
        }
        finally
        {
            context.RequestServices = services;
        }
    }

    private static void Clear(HttpContext context)
    {
        context.Response.Clear();
        ConsoleHeaders.Apply(context);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Console request {Reference} failed")]
        public static partial void Failed(ILogger logger, string reference, Exception error);
    }
}
