using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Platform.Admin.Management;

namespace Platform.Admin.Session;

internal static class SignOutEndpoint
{
    public const string Path = "/account/logout";

    /// <summary>Ends the session on REST and drops the cookie, whichever of the two is already gone.</summary>
    public static async Task<IResult> SignOutAsync(HttpContext context, ManagementClient management)
    {
        try
        {
            await management.CloseSessionAsync();
        }
        catch (SessionEndedException)
        {
            // It had ended before: what was asked for is true.
        }

        await context.SignOutAsync(ConsoleCookie.Scheme);
        return Results.Redirect("/login?reason=out");
    }
}
