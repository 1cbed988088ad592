using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Cli.Outcomes;
using Platform.Cli.Terminals;

namespace Platform.Cli.Profiles;

/// <summary>Profiles of this user, a file of mode 0600 for each in a folder of mode 0700.</summary>
internal sealed partial class ProfileStore(string configDirectory)
{
    public const string Default = "default";
    private const int MaxName = 40;
    private readonly string _folder = Path.Combine(configDirectory, "profiles");

    public static bool IsName(string name) => name.Length is > 0 and <= MaxName && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public string PathOf(string name) => Path.Combine(_folder, $"{name}.json");

    public bool Has(string name) => new FileInfo(PathOf(name)) is var file && (file.Exists || file.LinkTarget is not null);

    public IEnumerable<string> Names() => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(IsName).Order(StringComparer.Ordinal) : [];

    public async Task<Outcome<Profile>> ReadAsync(string name, CancellationToken cancel)
    {
        if (!(await ProtectedFile.ReadAsync(PathOf(name), mayBeLink: false, cancel)).Try(out var text, out var refused))
        {
            return refused;
        }

        try
        {
            return JsonSerializer.Deserialize(text, ProfileJson.Default.Profile) is { } profile ? profile : Broken(name);
        }
        catch (JsonException)
        {
            return Broken(name);
        }
    }

    public async Task<Refusal?> WriteAsync(string name, Profile profile, CancellationToken cancel)
    {
        // Without a home directory there is no path to it: a relative one would end up wherever the shell is.
        if (!Path.IsPathRooted(configDirectory))
        {
            return Refusal.Usage("There is no home directory to keep a profile in. Use --url and --key-file with each command.");
        }

        return ProtectedFile.MakeFolder(configDirectory) ?? ProtectedFile.MakeFolder(_folder)
            ?? await ProtectedFile.ReplaceAsync(PathOf(name), JsonSerializer.Serialize(profile, ProfileJson.Default.Profile), cancel);
    }

    public void Delete(string name) => ProtectedFile.Delete(PathOf(name));

    private Refusal Broken(string name) => Refusal.Usage($"{PathOf(name)} is not a profile any more. Remove it and sign in again.");

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
    [JsonSerializable(typeof(Profile))]
    private sealed partial class ProfileJson : JsonSerializerContext;
}
