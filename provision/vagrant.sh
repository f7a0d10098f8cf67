#!/usr/bin/env bash
# Inside the Vagrant machine: vagrant.sh ADDRESS SIP-PORT FIRST-RTP-PORT LAST-RTP-PORT
set -euo pipefail
exec /vagrant/provision/install-service.sh --demo \
    --sip-address "$1" --sip-port "$2" --rtp-first "$3" --rtp-last "$4"
