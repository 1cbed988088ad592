using System.Globalization;

namespace Platform.Bench.Runner;

/// <summary>CPU times from /proc, in seconds.</summary>
internal static class ProcStat
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of a process; of its ended children too, when asked.</summary>
    public static double Cpu(int pid, bool withChildren = false)
    {
        // Field 2 is the name in parentheses and may hold spaces: count from the last ')'. utime is field 14, cutime 16.
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return (withChildren ? ticks + Number(fields[13]) + Number(fields[14]) : ticks) / TicksPerSecond;
    }

    /// <summary>Machine-wide user, nice, system, interrupt and steal time. Interrupt time belongs here: the kernel books it on the interrupted process too.</summary>
    public static double MachineBusy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Number(fields[1]) + Number(fields[2]) + Number(fields[3]) + Number(fields[6]) + Number(fields[7]) + Number(fields[8])) / TicksPerSecond;
    }

    public static long ResidentKiB(int pid) =>
        File.ReadLines($"/proc/{pid}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).FirstOrDefault();

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
