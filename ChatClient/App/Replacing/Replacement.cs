using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.ChatClient.App.Replacing;

/// <summary>
/// Replaces a replica by a new one: checks that the others can decide it, asks them for it, and waits until the new one votes (rule 13). After an interruption it can be done
/// again and goes on where it was, because the group accepts what is so already.
/// </summary>
/// <param name="shell">Told of each step.</param>
/// <param name="plan">What is wanted.</param>
internal sealed class Replacement(Shell shell, ReplacementPlan plan)
{
    /// <summary>How long one look at a replica may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int Looks = 3; // A busy machine may need longer than one to answer.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly long _start = Environment.TickCount64;
    private Guid _cluster = plan.Cluster;
    private IReadOnlyList<string> _addresses = plan.Endpoints;
    private IReadOnlyList<string> _members = [];
    private long _list;
    private string _failure = "no answer yet";

    /// <summary>The time is over.</summary>
    public bool IsLate => Environment.TickCount64 - _start >= plan.Timeout.TotalMilliseconds;

    private TimeSpan Left => TimeSpan.FromMilliseconds(Math.Max(1, plan.Timeout.TotalMilliseconds - (Environment.TickCount64 - _start)));

    private string Seconds => string.Create(CultureInfo.InvariantCulture, $"{plan.Timeout.TotalSeconds:0.###} s");

    /// <summary>Checks that the group has the place, and that the others can decide without the replica that has it. Changes nothing.</summary>
    /// <exception cref="ReportedException">One of them is not so.</exception>
    public async Task CheckOthersAsync(CancellationToken cancellation)
    {
        OtherReplicas others = await AskOthersAsync(cancellation);
        for (int look = 1; look < Looks && !others.AreEnough; look++)
        {
            await Task.Delay(_pause, cancellation);
            others = await AskOthersAsync(cancellation);
        }
        if (others.ReplicaCount > 0 && plan.Replica.Index >= others.ReplicaCount)
            throw new ReportedException(ErrorKinds.NoSuchReplica, $"{plan.Replica} in a group of {others.ReplicaCount}");
        if (!others.AreEnough)
            throw new ReportedException(ErrorKinds.TooFewOthers, others.Description);
        if (others.InPlace is { } holder && !string.Equals(holder.Address, plan.Address, StringComparison.Ordinal))
            throw new ReportedException(ErrorKinds.ReplicaRuns, $"{plan.Replica} at {holder.Address}; end it there first") { Next = plan.Again };
        _cluster = others.Cluster;
        _addresses = others.Addresses;
        _members = others.Members;
        _list = others.List;
        shell.Note($"{string.Join(", ", others.Voting.Select(view => view.Name))} can decide without {plan.Replica}; the member list has number {_list}");
    }

    /// <summary>Asks for the replacement by the replica that listens at the address, and waits until that votes and the group decides again.</summary>
    /// <param name="ended">The error with which the new replica has ended; null while it runs, and when that cannot be known here.</param>
    /// <param name="cancellation">Stops the wait; what was asked for stays asked for.</param>
    /// <exception cref="ReportedException">It cannot take the place, the group says no, or the time is over; the message says what is known.</exception>
    public async Task<ReplacementResult> RunAsync(Func<ReportedException?> ended, CancellationToken cancellation)
    {
        ReplicaStatus newcomer = await FindAsync(ended, cancellation);
        ThrowIfForeign(newcomer.Hello);
        ThrowIfOtherMembers(newcomer.Status);
        long list = newcomer.Status.List;
        if (newcomer.Status.Votes)
        {
            shell.Note($"{plan.Replica} at {plan.Address} votes already; nothing was asked for");
        }
        else
        {
            ClientOptions options = new() { Endpoints = _addresses, Cluster = _cluster, Group = plan.Group, RequestTimeout = Left };
            await using ChatLogClient client = ChatLogClient.Start(options);
            list = await AskAndWaitAsync(client, newcomer.Hello.Identity, ended, cancellation);
        }
        return new ReplacementResult(plan.Replica, plan.Address, newcomer.Hello.Identity, list);
    }

    /// <summary>The error for time that was over before the group was asked.</summary>
    /// <param name="what">What was waited for.</param>
    public ReportedException LateBeforeAsked(string what) => new(ErrorKinds.ReplacementUnfinished, $"{what} within {Seconds}")
    {
        Exit = ExitCode.NotApplied,
        Outcome = $"the group was not asked for it, and the member list is as it was, number {_list}",
        Next = plan.Again,
    };

    private Task<OtherReplicas> AskOthersAsync(CancellationToken cancellation) =>
        OtherReplicas.AskAsync(plan.Replica, plan.Endpoints, plan.Group, plan.Cluster, cancellation);

    private async Task<ReplicaStatus> FindAsync(Func<ReportedException?> ended, CancellationToken cancellation)
    {
        while (true)
        {
            if (ended() is { } error)
                throw error;
            if (await LookAsync(cancellation) is { } status)
                return status;
            if (IsLate)
                throw LateBeforeAsked($"{plan.Replica} did not answer at {plan.Address} ({_failure})");
            await Task.Delay(_pause, cancellation);
        }
    }

    /// <summary>What the new replica says; null when it does not answer.</summary>
    private async Task<ReplicaStatus?> LookAsync(CancellationToken cancellation)
    {
        try
        {
            return await ChatLogClient.StatusAsync(plan.Address, plan.Group, Patience, cancellation);
        }
        catch (UnavailableException exception)
        {
            _failure = exception.Addresses[0].Reason;
            return null;
        }
    }

    private void ThrowIfForeign(Hello newcomer)
    {
        if (newcomer.Cluster != _cluster)
            throw new ReportedException(ErrorKinds.NotANewcomer, $"{plan.Address} belongs to cluster {newcomer.Cluster}, and the group to {_cluster}");
        if (newcomer.Replica != plan.Replica)
            throw new ReportedException(ErrorKinds.NotANewcomer, $"{plan.Address} was started as {newcomer.Replica}, not as {plan.Replica}");
    }

    // All others would refuse it as soon as it is a member, because members compare their lists.
    private void ThrowIfOtherMembers(StatusResult newcomer)
    {
        for (int place = 0; place < Math.Min(_members.Count, newcomer.Addresses.Count); place++)
        {
            if (place != plan.Replica.Index && !string.Equals(_members[place], newcomer.Addresses[place], StringComparison.Ordinal))
                throw new ReportedException(ErrorKinds.NotANewcomer, $"{plan.Address} was started with {newcomer.Addresses[place]} in the place of r{place}, and the group has {_members[place]} there");
        }
    }

    private async Task<long> AskAndWaitAsync(ChatLogClient client, ulong identity, Func<ReportedException?> ended, CancellationToken cancellation)
    {
        shell.Note($"asks the group to give the place of {plan.Replica} to the data directory {identity:x16} at {plan.Address}");
        ReplaceMemberResult result = await AskAsync(client, identity, cancellation);
        shell.Note($"member list {result.List} names it, from slot {result.Slot.Number} on; now it fetches what the group has");
        await WaitUntilItVotesAsync(result, ended, cancellation);
        await WaitUntilItDecidesAsync(client, result, cancellation);
        shell.Note($"{plan.Replica} has caught up and votes");
        return result.List;
    }

    private async Task<ReplaceMemberResult> AskAsync(ChatLogClient client, ulong identity, CancellationToken cancellation)
    {
        try
        {
            return await client.ReplaceMemberAsync(_list, plan.Replica, identity, plan.Address, cancellation);
        }
        catch (RejectedException exception)
        {
            throw new ReportedException(ErrorKinds.Rejected, exception.Message)
            {
                Outcome = "the member list does not name the new replica, which goes on to run and does not vote",
                Next = plan.Again,
            };
        }
        catch (NotAppliedException exception)
        {
            throw new ReportedException(ErrorKinds.ReplacementUnfinished, exception.Message)
            {
                Exit = ExitCode.NotApplied,
                Outcome = $"the group was asked for it and has not done it: the member list is as it was, number {_list}",
                Next = plan.Again,
            };
        }
        catch (OutcomeUnknownException exception)
        {
            long now = (await AskOthersAsync(CancellationToken.None)).List;
            throw new ReportedException(ErrorKinds.ReplacementUnfinished, exception.Message)
            {
                Exit = ExitCode.OutcomeUnknown,
                Outcome = $"the group was asked for it, and no answer came: the member list had number {_list} before and has number {now} now",
                Next = plan.Again,
            };
        }
    }

    private async Task WaitUntilItVotesAsync(ReplaceMemberResult result, Func<ReportedException?> ended, CancellationToken cancellation)
    {
        while (true)
        {
            if (ended() is { } error)
                throw error;
            StatusResult? status = (await LookAsync(cancellation))?.Status;
            if (status is { Votes: true } && status.List >= result.List && status.Executed >= result.Slot)
                return;
            if (IsLate)
                throw LateAfterAsked(result, status is null ? $"it does not answer ({_failure})" : $"it has executed slot {status.Executed.Number}, of {result.Slot.Number} at least");
            await Task.Delay(_pause, cancellation);
        }
    }

    // The primary goes on in a view of the new list (rule 13); a linearizable read passes only once something was decided in that view.
    private async Task WaitUntilItDecidesAsync(ChatLogClient client, ReplaceMemberResult result, CancellationToken cancellation)
    {
        try
        {
            await client.ListRoomsAsync("", 0, cancellation);
        }
        catch (NotAppliedException exception)
        {
            throw LateAfterAsked(result, $"the group does not decide yet ({exception.Message})");
        }
    }

    private ReportedException LateAfterAsked(ReplaceMemberResult result, string what) => new(ErrorKinds.ReplacementUnfinished, $"{plan.Replica} at {plan.Address}: {what}")
    {
        Outcome = $"member list {result.List} names the new replica; it votes once it has caught up, whether somebody waits for it or not",
        Next = plan.Again,
    };
}
