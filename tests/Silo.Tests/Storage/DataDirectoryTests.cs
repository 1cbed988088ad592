using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Storage;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact, Trait("Control", "CF-3")]
    public void A_new_directory_is_for_its_owner_alone()
    {
        using var directory = _temporary.Open();

        Assert.Equal(PrivateFiles.OwnerDirectory, File.GetUnixFileMode(directory.Root));
    }

    [Fact]
    public void A_second_opening_is_refused_and_told_why()
    {
        using var directory = _temporary.Open();

        var refusal = Assert.Throws<DataDirectoryException>(() => _temporary.Open());

        Assert.Contains($"{directory.Root} is in use", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_directory_can_be_opened_again()
    {
        _temporary.Open().Dispose();

        using var again = _temporary.Open();

        Assert.Equal(_temporary.Path, again.Root);
    }

    [Fact]
    public async Task The_lock_holds_against_another_process_and_goes_with_it_when_it_is_killed()
    {
        var lines = await ChildProcess.RunUntilKilledAsync("lock", _temporary.Path);

        using var directory = _temporary.Open();

        Assert.Equal(["locked"], lines);
    }

    [Fact]
    public async Task Another_process_cannot_open_what_this_one_holds()
    {
        using var directory = _temporary.Open();
        using var child = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(ChildProcess.Program, [ChildProcess.Switch, "lock", _temporary.Path]) { RedirectStandardError = true, UseShellExecute = false })!;

        var error = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("is in use by another process", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused_by_name()
    {
        File.WriteAllText(_temporary.Path, "a file");

        var refusal = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(_temporary.Path));
        File.Delete(_temporary.Path);

        Assert.Contains(_temporary.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_that_takes_no_files_is_refused_as_unwritable()
    {
        var refusal = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open("/proc/platform"));

        Assert.Contains("/proc/platform cannot be written", refusal.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "CF-3")]
    public void An_open_directory_with_files_of_others_is_refused_instead_of_locked_away()
    {
        Directory.CreateDirectory(_temporary.Path);
        File.SetUnixFileMode(_temporary.Path, PrivateFiles.OwnerDirectory | UnixFileMode.OtherRead);
        File.WriteAllText(_temporary["theirs"], "x");

        Assert.Throws<DataDirectoryException>(() => _temporary.Open());
    }
}
