namespace Platform.Architecture.Tests;

/// <summary>Rules live in engines that know neither Orleans nor a clock nor I/O, so that they are tested without a cluster.</summary>
public sealed class EngineTests
{
    private static readonly string[] Forbidden = ["Orleans", "Microsoft", "System.IO", "System.Net", "System.Data", "System.Threading.Tasks"];

    public static TheoryData<string> Engines =>
    [
        "Platform.Grains.RateLimits.TokenBucket", "Platform.Grains.Resources.MemoryQuota", "Platform.Grains.Files.FileRoom", "Platform.Grains.Files.FileIndex", "Platform.Grains.Logins.PasswordHash", "Platform.Grains.Resources.MemoryIndex",
        "Platform.Grains.Roles.RoleGraph", "Platform.Abstractions.Identity.PermissionSet",
        "Platform.Grains.Logins.Totp", "Platform.Grains.Logins.RecoveryCodes", "Platform.Grains.SigningKeys.KeyRing",
        "Platform.Abstractions.Audit.AuditChain", "Platform.Abstractions.Audit.AuditVerifier", "Platform.Abstractions.Audit.TrailVerifier", "Platform.Abstractions.Audit.MerkleFrontier", "Platform.Abstractions.Audit.AuditKeyChain", "Platform.Grains.Audit.AuditKeyRing", "Platform.Grains.Alerts.AlertWindow", "Platform.Grains.Alerts.LevelRing", "Platform.Grains.Alerts.AlertJudge", "Platform.Grains.Alerts.AlertBook", "Platform.Grains.Alerts.AlertRound", "Platform.Grains.Alerts.SignalSeries", "Platform.Grains.Alerts.SignalSeriesCodec", "Platform.Grains.Alerts.Series.AlertReplay", "Platform.Grains.Alerts.Series.MetricChart", "Platform.Grains.Alerts.Series.SeriesTier",
    ];

    [Theory, MemberData(nameof(Engines))]
    public void An_engine_knows_neither_Orleans_nor_a_clock_nor_IO(string engine)
    {
        var type = Product.All.Select(assembly => assembly.GetType(engine)).OfType<Type>().Single();
        var used = type.Assembly.WrittenTypes().Where(part => part.Outermost() == type).SelectMany(Code.TypesUsedBy).Distinct();
        Expect.None(used.Where(IsForbidden));
    }

    private static bool IsForbidden(Type type) =>
        type == typeof(TimeProvider)
        || typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type)
        || Forbidden.Any(name => type.Namespace == name || type.Namespace?.StartsWith(name + ".", StringComparison.Ordinal) == true);
}
