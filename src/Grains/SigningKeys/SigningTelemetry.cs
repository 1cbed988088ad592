using System.Diagnostics.Metrics;

namespace Platform.Grains.SigningKeys;

/// <summary>Meter <c>Platform.SigningKeys</c>. No label names a tenant or a key.</summary>
internal static class SigningTelemetry
{
    public const string Name = "Platform.SigningKeys";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Rotations = Meter.CreateCounter<long>("platform.signing.rotations", "{rotation}", "Keys that became active.");

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("platform.signing.failures", "{failure}", "Signatures and rotations that the vault or signer refused; the tag stage is sign, make or promote.");

    public static void Rotated() => Rotations.Add(1);

    public static void Failed(string stage) => Failures.Add(1, new KeyValuePair<string, object?>("stage", stage));
}
