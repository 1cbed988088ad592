using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Security;

/// <summary>Marks what belongs to the console. Headers, session and antiforgery apply to marked endpoints and to nothing else in the process.</summary>
internal sealed class ConsoleEndpoint
{
    public static bool Is(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ConsoleEndpoint>() is not null;
}
