using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core;

/// <content>Changes of roles: entering views, claiming and opening views of its own, and following the member list.</content>
public sealed partial class ReplicaCore
{
    private Candidate? _candidate;
    private Primary? _primary;
    private bool _claimsNext;

    /// <summary>
    /// The first view belongs to replica 0 of a new group; like any other it is claimed on disk before it is used. A view
    /// that was owned before a restart is spent (rule 2).
    /// </summary>
    private void Start()
    {
        if (_isStarted)
            return;
        _isStarted = true;
        _follower.OnNewView(View);
        if (View < _membership.FirstView)
        {
            FollowMembers();
            return;
        }

        if (!IsOwner(_options.Self, View))
            return;
        if (_acceptor.MayVote && View == View.First && _acceptor.Owned == View.None)
            Claim(View);
        else
            _follower.OnOwnViewSpent();
    }

    private void OnHeartbeat(ReplicaId from, Heartbeat heartbeat)
    {
        // Whoever may not vote is in no view, but it learns what is decided.
        if (!_acceptor.MayVote)
            _catchUp.OnDecidedHeard(from, heartbeat.Decided);
        if (TryEnter(from, heartbeat.View))
            _follower.OnHeartbeat(from, heartbeat);
    }

    /// <summary>
    /// A message of a newer member list (rule 13) ends whatever this replica does under its own list. It is in no view of the newer one before it has executed the replacement
    /// that leads there, so it takes nothing from the message but that there is something to fetch, and refuses nothing.
    /// </summary>
    /// <returns>True when the message is of a newer list; then nothing else is to be done with it.</returns>
    private bool TryHearOfNewerList(ReplicaId from, Message message)
    {
        View view = NamedView.Of(message);
        if (view.List <= _membership.Members.Number)
            return false;

        // Only the owner of a view sends these.
        if (message is LeaderClaim or Proposal or Heartbeat && !IsOwner(from, view))
            return true;
        if (_primary is not null || _candidate is not null)
        {
            LeaveRoles(View);
            _follower.OnOwnViewSpent();
        }

        _membership.OnNewerHeard(view);
        Slot decided = message switch
        {
            LeaderClaim claim => claim.Decided,
            Proposal proposal => proposal.Decided,
            Heartbeat heartbeat => heartbeat.Decided,
            _ => Slot.Zero,
        };

        // The sender has executed the replacement that leads to its list, so at least the next slot is decided there, whether the message says so or not.
        _catchUp.OnDecidedHeard(from, Slot.Max(decided, Executed.Next));
        return true;
    }

    /// <summary>
    /// An executed replacement ends the views of the earlier list. A primary or candidate tells what is decided, and repeats phase 1 in a view of its own in the new list as soon
    /// as that list is durable here. Everybody else promises the view that opens the list, so that nothing of the earlier list is accepted any more (rule 13).
    /// </summary>
    private void FollowMembers()
    {
        if (_membership.TryFollow())
        {
            if (_primary is not null || _candidate is not null)
            {
                _primary?.Beat();
                LeaveRoles(View);
                _claimsNext = true;
            }
        }
        else if (_primary is { AwaitsReplacement: true } primary && Decided >= primary.LastProposed)
        {
            primary.OnNothingReplaced();
        }

        if (!_acceptor.MayVote)
            return;
        View lowest = View.Max(View, _membership.FirstView);
        if (_claimsNext)
        {
            View next = lowest.NextOwnedBy(_options.Self, _options.ReplicaCount);
            LeaveRoles(next);
            Claim(next);
        }
        else if (View < lowest)
        {
            LeaveRoles(lowest);
            _acceptor.Promise(lowest);
        }
    }

    /// <summary>
    /// What the owner of a view sends is taken only in that view: a higher one is promised first and ends whatever this replica did in the
    /// lower one, a lower one is refused. From anybody else it is ignored, and so are views of older member lists.
    /// </summary>
    private bool TryEnter(ReplicaId from, View view)
    {
        if (!_acceptor.MayVote || view.List != _membership.Members.Number || !IsOwner(from, view))
            return false;
        if (view < View)
        {
            _acceptor.Refuse(from);
            return false;
        }

        if (view > View)
        {
            LeaveRoles(view);
            _acceptor.Promise(view);
        }

        _follower.OnPrimaryHeard();
        return true;
    }

    /// <summary>Phase 1 is won: phase 2 begins.</summary>
    private void Open()
    {
        if (_candidate?.TryConclude() is not { } inherited)
            return;
        PromiseQuorum promises = _candidate.Promises;
        _candidate = null;
        ClientRequests requests = new(_options, View, _time, _acceptor.Log.Clock, _executor, _waits, _compaction, _outbox);
        _primary = new Primary(
            _options, _time, _peers, promises, inherited, _acceptor, _executor, requests, _viewChange, _outbox);
    }

    private void MoveOnIfNeeded()
    {
        // A state in doubt is no reason: the next primary would know no better.
        bool wantsToLeave = _primary is { } primary ? !primary.HearsQuorum
            : _candidate is { } candidate ? candidate.IsStuck
            : _follower.WantsToLeave;
        if (_viewChange.Next(wantsToLeave, isHealthyPrimary: _primary is { HearsQuorum: true }) is not { } view)
            return;
        LeaveRoles(view);
        Claim(view);
    }

    private void Claim(View view) => _candidate = new Candidate(_options, view, _time, _peers, _acceptor, _catchUp, _outbox);

    private void LeaveRoles(View next)
    {
        _candidate = null;
        _primary?.Leave(next);
        _primary = null;
        _claimsNext = false;
        _membership.OnNewView();
        _follower.OnNewView(next);
    }

    private bool IsOwner(ReplicaId replica, View view) => view.Primary(_options.ReplicaCount) == replica;
}
