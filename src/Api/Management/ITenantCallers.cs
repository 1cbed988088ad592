using Microsoft.AspNetCore.Http;
using Platform.Api.Authentication;

namespace Platform.Api.Management;

/// <summary>Who presents a credential that only one tenant can judge: an access token, or a client certificate.</summary>
internal interface ITenantCallers
{
    /// <summary>The caller in the eyes of the tenant that the route names; null for every reason there may be, of which no tenant is one.</summary>
    ValueTask<AuthenticatedCaller?> FindAsync(HttpContext http, Credential presented);
}
