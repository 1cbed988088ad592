using Platform.Abstractions.Files;

namespace Platform.Grains;

/// <summary>What a tenant may keep in files (RS-2). The host fills it from <c>Platform:Files</c>.</summary>
public sealed class FileRules
{
    public long TenantBytes { get; set; } = 1L << 30;

    public int MaxFiles { get; set; } = 10_000;

    public long MaxFileBytes { get; set; } = 100L * 1024 * 1024;

    public FileTypes Types { get; set; } = FileTypes.Standard;
}
