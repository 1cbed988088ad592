using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Platform.Admin.Session;

namespace Platform.Admin.Security;

/// <summary>Stops every unsafe request whose antiforgery check failed or did not happen, before any handler sees it (AU-11).</summary>
internal sealed class AntiforgeryGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            return next(context);
        }

        return context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true } || context.GetEndpoint()?.Metadata.GetMetadata<StreamedForm>() is not null
            ? next(context)
            : RefuseAsync(context);
    }

    public static Task RefuseAsync(HttpContext context) => ConsoleGate.ShowAsync(context, StatusCodes.Status400BadRequest, "This form is out of date",
        "It was opened before you signed in or out, or it did not come from this console. Nothing was changed. Open the page again and repeat the step.", FormPage.Of(context));
}
