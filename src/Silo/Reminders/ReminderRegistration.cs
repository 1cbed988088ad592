using Platform.Silo.Storage;

namespace Platform.Silo.Reminders;

/// <summary>Reminders for the composition root.</summary>
internal static class ReminderRegistration
{
    /// <summary>Orleans' reminders, kept in the data directory.</summary>
    public static ISiloBuilder AddSqliteReminders(this ISiloBuilder silo)
    {
        silo.AddReminders();
        silo.Services.AddSingleton<SqliteReminderTable>();
        silo.Services.AddSingleton<IReminderTable>(provider => provider.GetRequiredService<SqliteReminderTable>());
        silo.Services.AddHostedService<OpenAtStart<SqliteReminderTable>>();
        return silo;
    }

    /// <summary>Orleans' reminders in the cluster's database.</summary>
    public static ISiloBuilder AddPostgresReminders(this ISiloBuilder silo)
    {
        silo.AddReminders();
        silo.Services.AddSingleton<IReminderTable, PostgresReminderTable>();
        return silo;
    }
}
