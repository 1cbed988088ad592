using FluentValidation;
using Platform.Abstractions.Files;

namespace Platform.Hosting;

/// <summary>What each tenant may keep in files (RS-2).</summary>
public sealed class FileSettings
{
    /// <summary>Absolute path of the folder that the silos of a cluster share. Default empty: the folder <c>files</c> of the data directory, for one process alone.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Bytes of a tenant's files. Default 1 GiB, 1 to 1 TiB.</summary>
    public long TenantBytes { get; set; } = 1L << 30;

    /// <summary>Files of a tenant. Default 10 000, 1 to 100 000.</summary>
    public int MaxFiles { get; set; } = 10_000;

    /// <summary>Bytes of one file. Default 100 MiB, 1 to 1 GiB; not more than <see cref="TenantBytes"/>.</summary>
    public long MaxFileBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>Extensions that are accepted and the media type of each, separated by commas. Default <see cref="FileTypes.Default"/>.</summary>
    public string Types { get; set; } = FileTypes.Default;
}

internal sealed class FileSettingsValidator : AbstractValidator<FileSettings>
{
    private const long MostTenantBytes = 1L << 40;
    private const long MostFileBytes = 1L << 30;
    private const int MostFiles = 100_000;

    public FileSettingsValidator()
    {
        RuleFor(files => files.Directory).Must(path => path.Length == 0 || Path.IsPathFullyQualified(path))
            .WithMessage(files => $"Platform:Files:Directory is '{files.Directory}'; give an absolute path.");
        RuleFor(files => files.TenantBytes).InclusiveBetween(1, MostTenantBytes)
            .WithMessage(files => $"Platform:Files:TenantBytes is {files.TenantBytes}; choose 1 to {MostTenantBytes}.");
        RuleFor(files => files.MaxFiles).InclusiveBetween(1, MostFiles)
            .WithMessage(files => $"Platform:Files:MaxFiles is {files.MaxFiles}; choose 1 to {MostFiles}.");
        RuleFor(files => files.MaxFileBytes).InclusiveBetween(1, MostFileBytes)
            .WithMessage(files => $"Platform:Files:MaxFileBytes is {files.MaxFileBytes}; choose 1 to {MostFileBytes}.");
        RuleFor(files => files.MaxFileBytes).Must((files, bytes) => bytes <= files.TenantBytes)
            .WithMessage(files => $"Platform:Files:MaxFileBytes is {files.MaxFileBytes}, more than Platform:Files:TenantBytes; lower it.");
        RuleFor(files => files.Types).Must(types => FileTypes.Read(types, out _) is null)
            .WithMessage(files => $"Platform:Files:Types {FileTypes.Read(files.Types, out _)}");
    }
}
