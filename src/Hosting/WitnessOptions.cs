using FluentValidation;
using Platform.Hosting.Startup;

namespace Platform.Hosting;

/// <summary>Who else keeps platform checkpoints, so that a store that was set back is noticed. All empty, the default: nobody.</summary>
public sealed class WitnessOptions
{
    /// <summary>Absolute path of a file that only grows, on another disk. Empty, the default: none.</summary>
    public string File { get; set; } = "";

    /// <summary>An https URL that takes a checkpoint by POST and answers the last one it took to GET. Empty, the default: none.</summary>
    public string Url { get; set; } = "";

    /// <summary>Sent to the URL as <c>Authorization</c>, such as <c>Bearer …</c>. A secret: only as a reference, <c>secret:name</c>.</summary>
    public Redacted Authorization { get; set; } = Redacted.Empty;

    /// <summary>Addresses and CIDR networks that the URL may lead to although they are not public, separated by commas. Empty, the default: none but loopback, where the URL names that.</summary>
    public string Networks { get; set; } = "";

    /// <summary>True when the file would lie in the directory.</summary>
    internal static bool IsIn(string file, string directory) =>
        file.Length > 0 && directory.Length > 0 && Path.IsPathFullyQualified(file)
        && Path.GetFullPath(file).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

internal sealed class WitnessOptionsValidator : AbstractValidator<WitnessOptions>
{
    public WitnessOptionsValidator()
    {
        RuleFor(witness => witness.File).Must(path => path.Length == 0 || (Path.IsPathFullyQualified(path) && Path.GetFileName(path).Length > 0))
            .WithMessage(witness => $"Platform:Audit:Witness:File is '{witness.File}'; give the absolute path of a file.");
        RuleFor(witness => witness.Url).Must(url => url.Length == 0 || IsWitness(url))
            .WithMessage("Platform:Audit:Witness:Url is not a URL of https, or of http on loopback, without user and fragment, of at most 2048 characters; write such as https://witness.example/checkpoints.");
        RuleFor(witness => witness.Networks).Must(networks => InsideNetworks.Read(networks, out _) is null)
            .WithMessage(witness => $"Platform:Audit:Witness:Networks {InsideNetworks.Read(witness.Networks, out _)}");
        RuleFor(witness => witness.Url).NotEmpty().When(witness => witness.Networks.Length > 0 || witness.Authorization.Reveal().Length > 0)
            .WithMessage("Platform:Audit:Witness:Url is empty, and its networks or authorization are named; name it too, or remove them.");
    }

    private static bool IsWitness(string url) =>
        url.Length <= 2_048 && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
