namespace Platform.Admin.Tests.Operations;

/// <summary>Every action of the console and the operations of REST that it is: the console can do nothing that REST cannot.</summary>
internal static class ConsoleActions
{
    /// <summary>By name of the form; what can be one or another has both.</summary>
    public static IReadOnlyDictionary<string, string[]> All { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["advance-"] = ["incidents/advance", "platform-incidents/advance"],
        ["approve-resume"] = ["tenants/approve-resume"],
        ["block"] = ["principals/block"],
        ["call"] = ["mcp/send"],
        ["change-password"] = ["logins/change-password"],
        ["close-incident"] = ["incidents/close", "platform-incidents/close"],
        ["confirm-totp"] = ["logins/confirm-totp"],
        ["contain"] = ["incidents/contain", "platform-incidents/contain"],
        ["delete-file"] = ["files/delete"],
        ["delete-host"] = ["https-hosts/delete"],
        ["delete-member"] = ["principals/delete"],
        ["delete-plan"] = ["rate-limit-plans/delete"],
        ["delete-role"] = ["roles/delete"],
        ["delete-rule"] = ["alert-rules/delete", "platform-alert-rules/delete"],
        ["disable-totp"] = ["logins/disable-totp"],
        ["edit-incident"] = ["incidents/edit", "platform-incidents/edit"],
        ["edit-role"] = ["roles/create", "roles/replace"],
        ["emergency-rotate"] = ["signing-keys/emergency-rotate"],
        ["end-all"] = ["sessions/end-all", "sessions/end-all-own"],
        ["end-session"] = ["sessions/end", "sessions/end-own"],
        ["enrol-totp"] = ["logins/enrol-totp"],
        ["extend"] = ["memory/extend"],
        ["get-prompt"] = ["mcp/send"],
        ["go-on"] = ["incidents/contain", "platform-incidents/contain"],
        ["host"] = ["https-hosts/put"],
        ["invitation"] = ["sessions/accept-invitation"],
        ["invite"] = ["logins/issue-invitation"],
        ["limits"] = ["rate-limits/set"],
        ["login"] = ["sessions/open"],
        ["make-read-only"] = ["tenants/make-read-only"],
        ["make-writable"] = ["tenants/make-writable"],
        ["new-key"] = ["keys/issue"],
        ["new-member"] = ["logins/issue-invitation", "principals/add"],
        ["new-tenant"] = ["tenants/create"],
        ["note"] = ["incidents/note", "platform-incidents/note"],
        ["open-incident"] = ["incidents/open", "platform-incidents/open"],
        ["plan"] = ["rate-limit-plans/assign", "rate-limit-plans/set", "rate-limit-plans/unassign"],
        ["provider"] = ["sessions/begin-oidc"],
        ["read"] = ["mcp/send"],
        ["release-"] = ["quarantine/release"],
        ["remove"] = ["memory/delete", "memory/expire"],
        ["reopen"] = ["incidents/reopen", "platform-incidents/reopen"],
        ["resolve"] = ["alert-rules/resolve", "platform-alert-rules/resolve"],
        ["resume"] = ["tenants/resume"],
        ["revoke"] = ["keys/revoke"],
        ["revoke-many"] = ["keys/batch-revoke"],
        ["rotate"] = ["keys/rotate"],
        ["rotate-signing"] = ["signing-keys/rotate"],
        ["rule"] = ["alert-rules/back-test-new", "alert-rules/put", "platform-alert-rules/back-test-new", "platform-alert-rules/put"],
        ["set-roles"] = ["principals/set-roles"],
        ["setup"] = ["bootstrap/use"],
        ["silence"] = ["alert-rules/silence", "platform-alert-rules/silence"],
        ["store"] = ["memory/put"],
        ["suspend"] = ["tenants/suspend"],
        ["test"] = ["alert-rules/test", "platform-alert-rules/test"],
        ["unblock"] = ["principals/unblock"],
        ["unsilence"] = ["alert-rules/unsilence", "platform-alert-rules/unsilence"],
        ["verify"] = ["audit/verify"],
    };

    /// <summary>What a form of this name may ask of REST.</summary>
    public static string[] Of(string form) =>
        All.TryGetValue(form, out var operations) ? operations
        : All.FirstOrDefault(action => action.Key.EndsWith('-') && form.StartsWith(action.Key, StringComparison.Ordinal)).Value ?? [];
}
