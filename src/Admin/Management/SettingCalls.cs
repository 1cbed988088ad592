using System.Text.Json.Nodes;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Management;

/// <summary>Settings and policies of a tenant, and its end, as REST has them. What is changed is changed from the version that the form was made for.</summary>
internal static class SettingCalls
{
    /// <param name="management">Of the request.</param>
    /// <param name="slug">Of the tenant.</param>
    /// <param name="patch">The members to change (RFC 7396).</param>
    /// <param name="version">Of the tenant.</param>
    public static Task<Answer<TenantView>> ChangeTenantAsync(this ManagementClient management, string slug, JsonObject patch, string version) =>
        management.InTenantAsync<TenantView>(HttpMethod.Patch, slug, "", patch, version);

    public static Task<Answer<KeyPolicy>> KeyPolicyAsync(this ManagementClient management, string slug) => management.InTenantAsync<KeyPolicy>(HttpMethod.Get, slug, "/key-policy");

    public static Task<Answer<KeyPolicy>> SetKeyPolicyAsync(this ManagementClient management, string slug, KeyPolicy policy, string version) =>
        management.InTenantAsync<KeyPolicy>(HttpMethod.Put, slug, "/key-policy", policy, version);

    /// <summary>What applies: the stricter of what the owner and the configuration of the platform say.</summary>
    /// <param name="management">Of the request.</param>
    /// <param name="slug">Of the tenant; null for the platform's operators.</param>
    public static Task<Answer<LoginPolicy>> LoginPolicyAsync(this ManagementClient management, string? slug) =>
        management.InTenantAsync<LoginPolicy>(HttpMethod.Get, slug ?? ManagementClient.Platform, "/login-policy");

    public static Task<Answer<LoginPolicy>> SetLoginPolicyAsync(this ManagementClient management, string? slug, LoginPolicy policy, string version) =>
        management.InTenantAsync<LoginPolicy>(HttpMethod.Put, slug ?? ManagementClient.Platform, "/login-policy", policy, version);

    public static Task<Answer<GuestAccess>> GuestAccessAsync(this ManagementClient management, string slug) => management.InTenantAsync<GuestAccess>(HttpMethod.Get, slug, "/guest-access");

    public static Task<Answer<GuestAccess>> SetGuestAccessAsync(this ManagementClient management, string slug, GuestAccess access, string version) =>
        management.InTenantAsync<GuestAccess>(HttpMethod.Put, slug, "/guest-access", access, version);

    public static Task<Answer<AuditRetentionView>> RetentionAsync(this ManagementClient management, string slug) =>
        management.InTenantAsync<AuditRetentionView>(HttpMethod.Get, slug, "/audit-retention");

    public static Task<Answer<AuditRetentionView>> SetRetentionAsync(this ManagementClient management, string slug, SetAuditRetention command, string version) =>
        management.InTenantAsync<AuditRetentionView>(HttpMethod.Put, slug, "/audit-retention", command, version);

    public static Task<Answer<AuditHold>> PlaceHoldAsync(this ManagementClient management, string slug, PlaceAuditHold command) =>
        management.InTenantAsync<AuditHold>(HttpMethod.Post, slug, "/audit-holds", command);

    public static Task<Answer<AuditHold>> ReleaseHoldAsync(this ManagementClient management, string slug, string hold) => hold is { Length: > 0 and <= 32 } && hold.All(char.IsAsciiLetterOrDigit)
        ? management.InTenantAsync<AuditHold>(HttpMethod.Post, slug, $"/audit-holds/{hold}:release")
        : Task.FromResult(new Answer<AuditHold>(ProblemView.NotFound()));

    public static Task<Answer<TenantDeletionBegun>> DeleteTenantAsync(this ManagementClient management, string slug, string version) =>
        management.InTenantAsync<TenantDeletionBegun>(HttpMethod.Delete, slug, "", ifMatch: version);

    public static Task<Answer<TenantView>> RestoreTenantAsync(this ManagementClient management, string slug) => management.InTenantAsync<TenantView>(HttpMethod.Post, slug, ":restore");

    public static Task<Answer<OperationView>> PurgeTenantAsync(this ManagementClient management, string slug, PurgeTenant command) =>
        management.InTenantAsync<OperationView>(HttpMethod.Post, slug, ":purge", command);
}

/// <summary>The work that ends a tenant, once its grace is over.</summary>
public sealed record TenantDeletionBegun(OperationView Operation, DateTimeOffset? PurgeAt, string[] Consequences);
