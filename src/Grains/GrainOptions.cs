using Platform.Abstractions.Logins;

namespace Platform.Grains;

/// <summary>What grains need to know of their surroundings.</summary>
public sealed class GrainOptions
{
    /// <summary>The environment written into every key: <c>live</c> or <c>test</c> (CF-5). A key of one is worth nothing in the other.</summary>
    public string Environment { get; set; } = "live";

    /// <summary>Bytes of memory resources a tenant may hold: keys, values and overhead (RS-3).</summary>
    public long MemoryQuotaBytes { get; set; } = 50L * 1024 * 1024;

    /// <summary>Rounds of PBKDF2 for a password; an older hash with fewer is renewed at the next sign-in. 100 000 to 10 000 000 (AU-8).</summary>
    public int PasswordRounds { get; set; } = PasswordRules.Rounds;

    /// <summary>The least that every tenant asks for at sign-in (AU-11).</summary>
    public SecondFactorRule SecondFactor { get; set; } = SecondFactorRule.Recommended;

    /// <summary>How long a deleted tenant can be restored: 1 day to 1 year.</summary>
    public TimeSpan DeletionGrace { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Days that every audit trail is kept, at least (AL-2).</summary>
    public int AuditRetentionDays { get; set; } = 90;

    /// <summary>What a tenant may keep in files.</summary>
    public FileRules Files { get; set; } = new();

    /// <summary>Thresholds of the built-in alert rules.</summary>
    public AlertDefaults AlertDefaults { get; set; } = new();
}
