using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Roles;

namespace Platform.Api.Configurations;

/// <summary>
/// What a tenant is set up to be, as one document: nothing that happens, nothing built in that cannot be changed, nothing secret. A section that is absent is left alone; on reading, those that
/// the caller may not read are absent.
/// </summary>
internal sealed record TenantConfiguration
{
    public GuestAccess? GuestAccess { get; init; }

    /// <summary>The tenant's own, by name.</summary>
    public IReadOnlyDictionary<string, ReplaceRole>? Roles { get; init; }

    public ConfiguredPlan? RateLimitPlan { get; init; }

    public RateLimitPolicy? RateLimits { get; init; }

    /// <summary>By name, built-in ones included.</summary>
    public IReadOnlyDictionary<string, PutAlertRule>? AlertRules { get; init; }

    /// <summary>Users, services, devices and groups by id. Whom an identity provider vouches for has its roles from there.</summary>
    public IReadOnlyDictionary<string, ConfiguredMember>? Members { get; init; }

    /// <summary>Minimal APIs bind it as a parameter: it is deeper than other bodies, because a member holds what is a body of its own elsewhere.</summary>
    public static async ValueTask<TenantConfiguration?> BindAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("No JSON.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await http.Request.ReadFromJsonAsync<TenantConfiguration>(ConfigurationJson.Reading, http.RequestAborted);
        }
        catch (JsonException unreadable)
        {
            throw new BadHttpRequestException("No configuration.", StatusCodes.Status400BadRequest, unreadable);
        }
    }
}

/// <param name="Name">Null for none of the tenant's own: then the platform's default plan holds.</param>
internal sealed record ConfiguredPlan(string? Name = null);
